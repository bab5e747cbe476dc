/* SPDX-License-Identifier: 0BSD */
/*
 * printf.h - formatted text for the console and for buffers.
 *
 * The subset of C's printf that a kernel needs: %d %i %u %x %c %s %p %%, the length modifiers l, ll
 * and z, a width (or *), a precision for %s (or *), and the flags 0 and -. %p prints 16 digits. The
 * compiler checks formats against arguments. Nothing is allocated and nothing is buffered; the sink
 * of kprintf is console_putc(), which kern/arch provides.
 */
#ifndef KERN_LIB_PRINTF_H
#define KERN_LIB_PRINTF_H

#include <stdarg.h>
#include <stddef.h>

/* Prints to the console. */
void kprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));
void kvprintf(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

/*
 * Prints into `buf`, at most `len_bytes` bytes with the closing zero, which is always written
 * unless `len_bytes` is 0. Returns how long the whole text is, without the zero, cut off or not.
 */
int ksnprintf(char *buf, size_t len_bytes, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int kvsnprintf(char *buf, size_t len_bytes, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

/* Provided by kern/arch: puts one character on the console. */
void console_putc(char c);

#endif
