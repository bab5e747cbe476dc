/* SPDX-License-Identifier: 0BSD */
/* arch_irq.h: what portable code asks of the interrupt controllers.
 *
 * Lines are the I/O APICs' global system interrupts. `number` counts a CPU's device vectors from 0.
 */
#pragma once

#include <abi/irq.h>
#include "arch/x86_64/ioapic.h"
#include "arch/x86_64/lapic.h"
#include <abi/errno.h>
#include "arch/x86_64/vectors.h"
#include "sched/cpu.h"

#define ARCH_IRQ_LINES GSI_MAX

_Static_assert(DEVICE_VECTORS == VECTOR_DEVICE_END - VECTOR_DEVICE_FIRST, "one place for each");
_Static_assert((int)IRQ_LEVEL == IOAPIC_LEVEL && (int)IRQ_ACTIVE_LOW == IOAPIC_ACTIVE_LOW, "modes are passed on");

static inline bool arch_irq_line_exists(uint32_t line) { return ioapic_gsi_exists(line); }

/* The line of ISA interrupt ISA < 16, and its mode. */
static inline uint32_t arch_irq_isa_line(uint32_t isa, uint32_t *mode) { return ioapic_isa_gsi(isa, mode); }

/* Lets LINE raise device vector NUMBER of CPU; it is masked. 0 or -EINVAL. */
static inline int arch_irq_route(uint32_t line, uint32_t mode, const struct cpu *cpu, unsigned number)
{
	return ioapic_route(line, (uint8_t)(VECTOR_DEVICE_FIRST + number), cpu->arch.apic_id, mode);
}

static inline void arch_irq_mask(uint32_t line) { ioapic_mask(line); }

static inline void arch_irq_unmask(uint32_t line) { ioapic_unmask(line); }

/* What a device writes where to raise device vector NUMBER of CPU: edge, fixed delivery, physical destination
 * (Intel SDM vol.3 10.11). 0, or -EINVAL when the CPU's APIC id does not fit in 8 bits, which needs a remapping
 * unit. */
static inline int arch_irq_msi(const struct cpu *cpu, unsigned number, struct irq_msi *msi)
{
	if (cpu->arch.apic_id > UINT8_MAX) return -EINVAL;
	msi->address = 0xfee00000 | cpu->arch.apic_id << 12;
	msi->data = VECTOR_DEVICE_FIRST + number;
	return 0;
}

/* The interrupt in service ends: this CPU can take the next one. */
static inline void arch_irq_end(void) { lapic_eoi(); }

static inline unsigned arch_irq_number(unsigned vector) { return vector - VECTOR_DEVICE_FIRST; }
