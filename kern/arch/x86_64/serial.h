/* SPDX-License-Identifier: 0BSD */
/*
 * 8250-style UART at 0x3f8: the kernel's debug output, polled, 115200 8N1.
 *
 * Looked for once; without one everything is silently dropped.  Each character waits a bounded time
 * for the transmitter; a UART that never gets ready is given up for good.  No locking: see
 * console.h. Source: National Semiconductor PC16550D data sheet, 8.0.
 */
#pragma once

#include <stdbool.h>

/* Usable as the first thing at boot. */
void serial_init(void);
bool serial_present(void);
void serial_put(char c);

/* A received character, or -1 when there is none. Does not wait. */
int serial_get(void);
