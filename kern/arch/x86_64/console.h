/* SPDX-License-Identifier: 0BSD */
/* console.h: where the kernel's own text goes: the serial port, and nothing else.
 *
 * kprintf() ends in console_putc(), which lib/printf.h declares and console.c provides.  Line feeds
 * become CR LF.  Whoever prints holds the kernel lock, or is a panicking CPU that stops the others.
 * The kernel waits for the port at boot and in a panic alone; programs write by console_write().
 */
#pragma once

/* Before anything is printed. Bootstrap CPU. */
void console_init(void);
