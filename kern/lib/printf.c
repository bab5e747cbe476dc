/* SPDX-License-Identifier: 0BSD */
/* printf.c: formatted text on the kernel's console. */
#include "lib/printf.h"

static void console_put(struct format_sink *sink, char c) { console_putc(c); }

void kvprintf(const char *format, va_list args)
{
	struct format_sink sink = {.put = console_put};

	format_print(&sink, format, args);
}

void kprintf(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	kvprintf(format, args);
	va_end(args);
}
