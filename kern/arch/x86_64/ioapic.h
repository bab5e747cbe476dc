/* SPDX-License-Identifier: 0BSD */
/* ioapic.h: the I/O APICs: which line (global system interrupt, GSI) raises which vector on which CPU.
 *
 * After ioapic_init() every line is masked.  A table from GSI to pin makes each operation O(1), and
 * a shadow of each entry's low word makes mask and unmask two register writes with no read.
 * Level-triggered lines: the kernel masks the line, ends the interrupt at the local APIC, tells the
 * driver, and unmasks when the driver has acknowledged; so no line stays in service while user code
 * runs. Callers hold the kernel lock (index and data register are a pair). Source: Intel 82093AA
 * data sheet 3.2; ACPI specification 6.4, 5.2.12.5 for overrides.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define GSI_MAX 256 /* lines above are not used */

enum ioapic_flags {
	IOAPIC_LEVEL = 1 << 0,	    /* else edge */
	IOAPIC_ACTIVE_LOW = 1 << 1, /* else active high */
};

/* Finds, maps and masks all I/O APICs that ACPI named. Bootstrap CPU, after paging_init(). */
void ioapic_init(void);

bool ioapic_gsi_exists(uint32_t gsi);

/*
 * Routes a line to `vector` on the CPU with APIC id apic_id (<= 255), masked; replaces what was
 * there. flags: IOAPIC_*.  0, or -EINVAL (no such line, vector below VECTOR_DEVICE_FIRST, APIC id
 * too large).
 */
int ioapic_route(uint32_t gsi, uint8_t vector, uint32_t apic_id, uint32_t flags);

/* The line must exist. Idempotent. Nothing is lost: an edge while masked is latched by no I/O APIC,
 * so unmask edge lines before the device can raise one. */
void ioapic_mask(uint32_t gsi);
void ioapic_unmask(uint32_t gsi);

/* The line and flags of ISA interrupt 0..15 (0 is the PIT, mostly on GSI 2). */
uint32_t ioapic_isa_gsi(uint32_t isa_irq, uint32_t *flags);

/*
 * Physical pages of the I/O APICs, never handed to user level: page base of number `index`, for
 * index < ioapic_count().
 */
uint32_t ioapic_count(void);
uint64_t ioapic_phys(uint32_t index);
