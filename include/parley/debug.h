/* SPDX-License-Identifier: 0BSD */
/* debug.h: text on the debug console. */
#ifndef PARLEY_DEBUG_H
#define PARLEY_DEBUG_H

#include <parley/syscall.h>

/* Formats as kern/lib/format.h describes and writes it with one call, cut at 255 characters. */
void os_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "EBADF" for 9 or -9; "?" for what is no error number. */
const char *os_error_name(int64_t error);

#endif
