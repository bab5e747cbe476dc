/* SPDX-License-Identifier: 0BSD */
/* assert.c: the last words of the kernel. */
#include "lib/assert.h"

#include "lib/printf.h"

_Noreturn void panic(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	kprintf("\nPANIC: ");
	kvprintf(format, args);
	kprintf("\n");
	va_end(args);
	arch_panic_stop();
}
