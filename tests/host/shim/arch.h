/* SPDX-License-Identifier: 0BSD */
/* arch.h: how tests look behind the shim. */
#ifndef TESTS_HOST_SHIM_ARCH_H
#define TESTS_HOST_SHIM_ARCH_H

#include <stddef.h>

/* From now on console output goes to `buf`, zero-terminated; NULL: to standard output again. */
void shim_capture(char *buf, size_t len_bytes);

#endif
