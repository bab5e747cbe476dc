/* SPDX-License-Identifier: 0BSD */
/* printf.h: formatted text on the kernel's console; what formats there are, format.h says.
 *
 * Nothing is buffered: the sink is console_putc(), which kern/arch provides.
 */
#pragma once

#include "lib/format.h"

void kprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));
void kvprintf(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

/* Provided by kern/arch: puts one character on the console, and waits until it can. */
void console_putc(char c);

/* Provided by kern/arch: the console takes as many of N characters as it can without waiting. */
#define CONSOLE_ROOM 16
unsigned console_write(const char *text, unsigned n);
