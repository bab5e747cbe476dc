/* SPDX-License-Identifier: 0BSD */
/* irq.c: Irqs: vectors, sharing, masking.
 *
 * `cpu->irq[]` leads from a vector to its Irq, the first of the sharers of a line. `line_first[]`
 * leads to the same Irq from the line.
 */
#include "obj/irq.h"

#include <abi/errno.h>
#include "arch/arch_irq.h"
#include "debug/trace.h"
#include "lib/assert.h"

static struct irq *line_first[ARCH_IRQ_LINES];

void irq_dispatch(unsigned vector)
{
	struct irq *irq = this_cpu()->irq[arch_irq_number(vector)];

	if (__builtin_expect(!irq, 0)) {
		arch_irq_end();
		return;
	}
	TRACE(IRQ, vector, irq->line, irq->source.event != NULL);
	if (irq->mode & IRQ_LEVEL) arch_irq_mask(irq->line);
	arch_irq_end();
	do {
		if (irq->source.event) {
			irq->pending = true;
			event_signal(irq->source.event, irq->source.bits);
		}
		irq = irq->next;
	} while (irq);
}

/* Unmasks LINE if somebody listens and all who were signalled have acknowledged. */
static void line_settle(uint32_t line)
{
	bool bound = false;

	for (const struct irq *irq = line_first[line]; irq; irq = irq->next) {
		if (!irq->source.event) continue; /* its Event is gone, and with it whoever would acknowledge */
		if (irq->pending && irq->mode & IRQ_LEVEL) return; /* edges need not be acknowledged */
		bound = true;
	}
	if (bound) arch_irq_unmask(line);
}

/* Whoever would have acknowledged is gone. */
static void event_lost(struct event_source *s)
{
	const struct irq *irq = container_of(s, struct irq, source);

	if (irq->mode & IRQ_LEVEL) line_settle(irq->line);
}

static void irq_begin(struct irq *irq, struct cpu *cpu, unsigned number)
{
	irq->source.lost = event_lost;
	irq->cpu = cpu;
	irq->number = (uint8_t)number;
	irq->pending = false;
	irq->next = NULL;
}

/* Takes a vector of CPU for IRQ: 0 or -ENOSPC. */
static int vector_take(struct cpu *cpu, struct irq *irq)
{
	unsigned number = bitmap_next_clear(cpu->irq_used, DEVICE_VECTORS, 0);

	if (number == DEVICE_VECTORS) return -ENOSPC;
	bitmap_set(cpu->irq_used, number);
	irq_begin(irq, cpu, number);
	return 0;
}

static void vector_free(struct irq *irq)
{
	bitmap_clear(irq->cpu->irq_used, irq->number);
	irq->cpu->irq[irq->number] = NULL;
	irq->cpu = NULL;
}

/* IRQ joins the sharers of FIRST's line. */
static int line_join(struct irq *first, struct irq *irq, uint32_t mode)
{
	struct irq *last = first;
	unsigned sharers = 1;

	if (first->mode != mode) return -EBUSY;
	for (; last->next; last = last->next) sharers++;
	if (sharers == IRQ_SHARERS_MAX) return -ENOSPC;
	irq_begin(irq, first->cpu, first->number);
	last->next = irq;
	return 0;
}

static int line_begin(struct irq *irq, uint32_t line, uint32_t mode, struct cpu *cpu)
{
	int error = vector_take(cpu, irq);

	if (error) return error;
	error = arch_irq_route(line, mode, cpu, irq->number);
	if (error) {
		vector_free(irq);
		return error;
	}
	line_first[line] = irq;
	cpu->irq[irq->number] = irq;
	return 0;
}

int irq_create_line(struct irq *irq, uint32_t line, uint32_t mode, struct cpu *cpu)
{
	int error;

	if (irq->cpu) return -EBUSY;
	if (line >= ARCH_IRQ_LINES || !arch_irq_line_exists(line)) return -EINVAL;
	if (line_first[line])
		error = line_join(line_first[line], irq, mode);
	else
		error = line_begin(irq, line, mode, cpu);
	if (!error) {
		irq->line = line;
		irq->mode = (uint8_t)mode;
	}
	return error;
}

int irq_create_msi(struct irq *irq, struct cpu *cpu, struct irq_msi *msi)
{
	int error;

	if (irq->cpu) return -EBUSY;
	error = vector_take(cpu, irq);
	if (error) return error;
	error = arch_irq_msi(cpu, irq->number, msi);
	if (error) {
		vector_free(irq);
		return error;
	}
	irq->line = IRQ_MSI;
	irq->mode = 0;
	cpu->irq[irq->number] = irq;
	return 0;
}

static void line_leave(struct irq *irq)
{
	struct irq **at = &line_first[irq->line];

	arch_irq_mask(irq->line);
	while (*at != irq) at = &(*at)->next;
	*at = irq->next;
	if (line_first[irq->line])
		irq->cpu->irq[irq->number] = line_first[irq->line];
	else
		vector_free(irq);
	irq->cpu = NULL;
	line_settle(irq->line);
}

void irq_release(struct irq *irq)
{
	KASSERT(irq->cpu, "only what was created can be released");
	if (irq->line == IRQ_MSI)
		vector_free(irq);
	else
		line_leave(irq);
}

int irq_bind(struct irq *irq, struct event *e, uint64_t bits)
{
	if (!irq->cpu) return -EINVAL;
	event_source_bind(&irq->source, e, bits);
	irq->pending = false;
	if (irq->line != IRQ_MSI) line_settle(irq->line);
	return 0;
}

int irq_ack(struct irq *irq)
{
	if (!irq->cpu) return -EINVAL;
	if (!irq->pending) return 0;
	irq->pending = false;
	TRACE(IRQ_ACK, irq->number, irq->line, 0);
	if (irq->mode & IRQ_LEVEL) line_settle(irq->line);
	return 0;
}

static bool irq_destroy_step(struct object *obj)
{
	struct irq *irq = container_of(obj, struct irq, object);

	if (irq->cpu) irq_release(irq);
	event_source_bind(&irq->source, NULL, 0);
	return true;
}

const struct object_ops irq_ops = {
    .destroy_step = irq_destroy_step,
};
