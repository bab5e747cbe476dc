/* SPDX-License-Identifier: 0BSD */
/* irq.h: an interrupt line or message-signalled interrupt, signalled through an Event.
 *
 * Level-triggered lines are masked when they fire and unmasked when every Irq that was signalled
 * has been acknowledged; up to IRQ_SHARERS_MAX Irqs share a line. Edges and messages are not
 * masked: they coalesce in the Event's bits, and the acknowledgement has nothing to do. A line with
 * no Irq bound to an Event is (or, when it fires, becomes) masked, since nobody would acknowledge.
 *
 *   new -> (irq_create) created -> (irq_bind) bound <-> pending -> (destroy) line and vector free
 */
#pragma once

#include <abi/irq.h>
#include "obj/event.h"

struct cpu;

struct irq {
	struct object object;
	struct event_source source;
	struct irq *next; /* sharer of the line */
	struct cpu *cpu;  /* which has the vector; NULL: not created */
	uint32_t line;	  /* or IRQ_MSI */
	uint8_t number;	  /* of the vector, among the CPU's device vectors */
	uint8_t mode;	  /* IRQ_LEVEL, IRQ_ACTIVE_LOW */
	bool pending;	  /* signalled and not acknowledged */
};

_Static_assert(sizeof(struct irq) <= 256, "as in object.def");

extern const struct object_ops irq_ops;

/* Interrupt VECTOR came on this CPU: under the kernel lock, from the trap code or a window. Masks a
 * level line, ends the interrupt and signals. A vector without an Irq (released while the interrupt
 * was on its way) is only ended. */
void irq_dispatch(unsigned vector);

/* Gives IRQ a line, masked, that raises a vector on CPU; a line that has an Irq already stays on
 * its CPU. 0 or -EBUSY (IRQ has one already, or sharers disagree about the mode), -EINVAL (no such
 * line), -ENOSPC (vectors or sharers). */
int irq_create_line(struct irq *irq, uint32_t line, uint32_t mode, struct cpu *cpu);

/* Gives IRQ a vector on CPU and says how a device raises it. 0, -EBUSY, -EINVAL, -ENOSPC. */
int irq_create_msi(struct irq *irq, struct cpu *cpu, struct irq_msi *msi);

/* Takes line or vector away again. */
void irq_release(struct irq *irq);

/* Signals BITS of E from now on (NULL: nobody), and counts as an acknowledgement, so that a
 * restarted driver need not know what its predecessor left. 0 or -EINVAL (not created). */
int irq_bind(struct irq *irq, struct event *e, uint64_t bits);

/* Idempotent. 0 or -EINVAL (not created). At most IRQ_SHARERS_MAX steps. */
int irq_ack(struct irq *irq);
