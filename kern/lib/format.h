/* SPDX-License-Identifier: 0BSD */
/* format.h: formatted text into anything that takes characters.
 *
 * The subset of C's printf that a kernel needs: %d %i %u %x %c %s %p %%, the length modifiers l, ll
 * and z, a width (or *), a precision for %s (or *), and the flags 0 and -. %p prints 16 digits. The
 * compiler checks formats against arguments. Pure: no state, no memory, no machine; programs that
 * have no C library use it too.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>

/* Where text goes: embed it in what put() needs. */
struct format_sink {
	void (*put)(struct format_sink *sink, char c);
	size_t len; /* characters so far */
};

void format_print(struct format_sink *sink, const char *format, va_list args) __attribute__((format(printf, 2, 0)));
