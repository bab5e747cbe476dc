/* SPDX-License-Identifier: 0BSD */
/* sched.c: sched_configure, sched_info. */
#include "obj/sched_context.h"

#include "api/lookup.h"
#include "api/table.h"

static struct sched_context *sched_of(const struct slot *slot)
{
	return container_of(slot->object, struct sched_context, object);
}

int64_t sys_sched_configure(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	return sched_context_configure(sched_of(slot), arg[0], arg[1], arg[2], (uint32_t)arg[3]);
}

int64_t sys_sched_info(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	const struct sched_context *sc = sched_of(slot);

	t->regs.w[0] = sched_context_consumed_ns(sc);
	t->regs.w[1] = sched_context_left_ns(sc);
	t->regs.w[2] = sc->refills.budget_ns;
	t->regs.w[3] = sc->refills.period_ns;
	t->regs.w[4] = sc->slice_ns;
	t->regs.w[5] = sc->depleted ? refills_next_ns(&sc->refills) : 0;
	return 0;
}
