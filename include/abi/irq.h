/* SPDX-License-Identifier: 0BSD */
/* irq.h: interrupts, as irq_create knows them. */
#pragma once

#include <stdint.h>

/* In place of a line: a message-signalled interrupt. */
#define IRQ_MSI 0xffffffffu

/* At most this many Irqs share one line. */
#define IRQ_SHARERS_MAX 8

enum irq_mode {
	IRQ_LEVEL = 1 << 0,	 /* else edge; sharers must agree */
	IRQ_ACTIVE_LOW = 1 << 1, /* else active high */
	IRQ_ISA = 1 << 2,	 /* `line` is an ISA interrupt 0..15; the firmware knows where and how it
				    arrives */
	IRQ_MODES = 7
};

/* What a device must be told to raise a message-signalled interrupt (in its MSI or MSI-X
 * capability). */
struct irq_msi {
	uint64_t address;
	uint32_t data;
	uint32_t pad;
};
