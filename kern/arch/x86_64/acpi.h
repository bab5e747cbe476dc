/* SPDX-License-Identifier: 0BSD */
/* acpi.h: the few facts that the kernel wants from ACPI: CPUs, interrupt controllers, reference clocks.
 *
 * The tables are foreign bytes: each length is checked before it is used, each checksum before a
 * table is believed, and what does not fit is left out with a note on the console.  Nothing here
 * interprets AML; that is for a program.  Read once, while the loader's identity map still exists;
 * tables above 4 GiB are therefore not seen (firmware keeps them below for the sake of 32-bit
 * systems). Source: ACPI specification 6.4, 5.2 (RSDP, RSDT, XSDT, FADT, MADT); IA-PC
 * HPET 1.0a, 3.2.4.
 */
#pragma once

#include "arch/x86_64/arch_cpu.h"

#define IOAPIC_MAX    8
#define ISA_IRQ_COUNT 16

struct acpi_ioapic {
	uint64_t phys;
	uint32_t gsi_base;
};

/* Where an ISA interrupt arrives. */
struct acpi_isa_irq {
	uint32_t gsi;
	bool level, active_low;
};

struct acpi_facts {
	bool madt_found;
	uint32_t cpu_count;	/* enabled ones; at least the bootstrap CPU, which comes first */
	uint32_t cpus_left_out; /* beyond CPU_MAX */
	uint32_t cpus[CPU_MAX]; /* APIC ids */
	uint64_t lapic_phys;	/* default 0xfee00000 */
	uint32_t ioapic_count;
	struct acpi_ioapic ioapics[IOAPIC_MAX];
	struct acpi_isa_irq isa[ISA_IRQ_COUNT]; /* identity, edge, active high unless overridden */
	uint64_t hpet_phys;			/* 0: none */
};

/* Valid after acpi_init(); constant from then on. */
extern struct acpi_facts acpi_facts;

/*
 * Reads the tables that hang off rsdp_phys; 0 means no ACPI, and the defaults stand: one CPU, an
 * I/O APIC at 0xfec00000 if one answers there.  Never fails.  Bootstrap CPU, before paging_init().
 */
void acpi_init(uint64_t rsdp_phys);
