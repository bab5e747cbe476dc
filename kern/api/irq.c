/* SPDX-License-Identifier: 0BSD */
/* irq.c: irq_create, irq_bind, irq_ack. */
#include "obj/irq.h"

#include "api/lookup.h"
#include "api/table.h"
#include "arch/arch_irq.h"
#include "ipc/fault.h"
#include "mm/walk.h"

#define ISA_LINES 16

static int64_t create_msi(struct thread *t, struct irq *irq, struct cpu *cpu, uint64_t desc)
{
	struct irq_msi msi = {0};
	int error = irq_create_msi(irq, cpu, &msi);

	if (error) return error;
	if (!user_write(t->vspace, desc, &msi, sizeof(msi))) {
		irq_release(irq);
		return fault_own(t, desc, sizeof(msi), PROT_WRITE);
	}
	return 0;
}

/* Gives the Irq object `irq` (named with BIND) the interrupt line `line` with `mode`
 * (abi/irq.h), masked until irq_bind, delivered to processor `cpu`. Up to 8 Irqs share a line if
 * they agree on the mode; it stays on the processor of the first. Line IRQ_MSI gives it a vector
 * of its own and writes to `desc` (struct irq_msi) what the device must be told; mode is 0 then. */
int64_t sys_irq_create(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	uint32_t line = (uint32_t)arg[0], mode = (uint32_t)arg[1], cpu = (uint32_t)arg[2];
	struct slot *irq_slot;
	int error = slot_lookup(t, (cap_t)arg[3], OBJ_IRQ, RIGHT_IRQ_BIND, &irq_slot);

	if (error) return error;
	if (cpu >= cpu_count || (mode & ~IRQ_MODES)) return -EINVAL;
	if (line == IRQ_MSI) return mode ? -EINVAL : create_msi(t, slot_object(irq_slot, irq), cpu_table[cpu], arg[4]);
	if (mode & IRQ_ISA) {
		if (mode != IRQ_ISA || line >= ISA_LINES) return -EINVAL;
		line = arch_irq_isa_line(line, &mode);
	}
	return irq_create_line(slot_object(irq_slot, irq), line, mode, cpu_table[cpu]);
}

/* Each interrupt signals `bits` (not 0) of the Event, named with MANAGE; CAP_NONE: nobody.
 * Counts as an acknowledgement, so a restarted driver begins afresh. */
int64_t sys_irq_bind(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	cap_t event = (cap_t)arg[0];
	struct slot *event_slot;
	int error;

	if (event == CAP_NONE) return irq_bind(slot_object(slot, irq), NULL, 0);
	error = slot_lookup(t, event, OBJ_EVENT, RIGHT_EVENT_MANAGE, &event_slot);
	if (error) return error;
	if (arg[1] == 0) return -EINVAL;
	return irq_bind(slot_object(slot, irq), slot_object(event_slot, event), arg[1]);
}

/* The driver has quietened its device. A level line is unmasked when all Irqs that it signalled
 * have been acknowledged. Nothing to do for edges and messages. Idempotent. */
int64_t sys_irq_ack(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	return irq_ack(slot_object(slot, irq));
}
