/* SPDX-License-Identifier: 0BSD */
/* debug.h: text on the debug console, the machine's first serial port.
 *
 * It is written through the System capability with the right DEBUG; who has none writes nothing. */
#pragma once

#include <parley/syscall.h>

/* Where the program's System capability lies, if it has one: BOOT_SLOT_SYSTEM at first, as of the first program; programs that
 * `sys` starts set it to SLOT_SYSTEM. */
extern cap_t os_system;

/* Writes text of N bytes: waits while the port is busy, 1.4 ms for 16 characters on a real line at 115,200 baud. A port that is
 * busy for longer than 100 ms loses the rest. */
void os_debug_text(const char *text, unsigned n);

/* Formats as kern/lib/format.h describes, cut at 255 characters, and writes it with os_debug_text. */
void os_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* "EBADF" for 9 or -9; "?" for what is no error number. */
const char *os_error_name(int64_t error);
