/* SPDX-License-Identifier: 0BSD */
/* print.h: formatted text into buffers, in the formats of lib/format.h, for programs without a C library. */
#pragma once

#include <stdarg.h>
#include <stddef.h>

/* Prints into BUF, at most LEN_BYTES bytes with the closing zero, which is always written unless LEN_BYTES is 0. Returns
 * how long the whole text is, without the zero, cut off or not. */
int os_snprintf(char *buf, size_t len_bytes, const char *format, ...) __attribute__((format(printf, 3, 4)));
int os_vsnprintf(char *buf, size_t len_bytes, const char *format, va_list args) __attribute__((format(printf, 3, 0)));
