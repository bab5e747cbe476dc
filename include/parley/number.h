/* SPDX-License-Identifier: 0BSD */
/* number.h: numbers in the arguments of programs without a C library. */
#pragma once

#include <stdint.h>

/* The number at the beginning of `text` in this base, up to 16; k, m or g behind it multiply. What is no number is 0.
 * *end, if not NULL: what follows. */
uint64_t os_number(const char *text, unsigned base, const char **end);
