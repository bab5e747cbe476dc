/* SPDX-License-Identifier: 0BSD */
/* heap.h: memory for programs without a C library.
 *
 * Free lists of powers of two from 16 bytes to 4 KiB, filled from regions; more than that is a region of its own.
 * Whoever frees says the size again, so that nothing is kept beside the memory. For one thread.
 */
#pragma once

#include <stddef.h>

/* Zeroed; NULL: `sys` gives no more. */
void *os_alloc(size_t bytes);
/* `at` may be NULL. */
void os_free(void *at, size_t bytes);
