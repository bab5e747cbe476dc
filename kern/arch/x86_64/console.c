/* SPDX-License-Identifier: 0BSD */
/*
 * The end of kprintf().
 */
#include "arch/x86_64/console.h"
#include "arch/x86_64/serial.h"
#include "lib/printf.h"

void console_init(void) { serial_init(); }

void console_putc(char c)
{
	if (c == '\n')
		serial_put('\r');
	serial_put(c);
}
