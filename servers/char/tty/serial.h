/* SPDX-License-Identifier: 0BSD */
/* serial.h: serial lines of the 8250 family (PC16550D data sheet). */
#pragma once

#include "tty.h"

#define SERIAL_MAX 4

/*
 * Begins to use the UART at `base`, whose ports and interrupt are in these slots, as the line of
 * `t`. -ENODEV: there is none.
 */
int serial_begin(unsigned number, uint32_t base, cap_t ports, cap_t irq, struct tty *t);

/* Before that, and at the same point of each start: takes the memory that outlives the server. `recalled`: it has what
 * the last one left. 0, -ENOMEM. */
int serial_remember(bool recalled);
