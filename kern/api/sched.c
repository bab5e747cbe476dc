/* SPDX-License-Identifier: 0BSD */
/* sched.c: sched_configure, sched_info. */
#include "obj/sched_context.h"

#include "api/lookup.h"
#include "api/table.h"

/* Budget and period are a sporadic server: at most budget_ns in each period_ns; time comes back
 * one period after its use began, in at most `refills` pieces (2 to 8; 0 means 8). budget_ns 0
 * is unlimited. With slice_ns the holder goes behind threads of its priority each time that it
 * has used so much; 0 is run to completion. The budget is full at first. */
int64_t sys_sched_configure(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	return sched_context_configure(slot_object(slot, sched_context), arg[0], arg[1], arg[2], (uint32_t)arg[3]);
}

/* Words: consumed ns in all; ns that could be consumed now without a break (all ones:
 * unlimited); budget; period; slice; when a depleted budget comes back (0: not depleted). */
int64_t sys_sched_info(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	const struct sched_context *sc = slot_object(slot, sched_context);

	t->regs.w[0] = sched_context_consumed_ns(sc);
	t->regs.w[1] = sched_context_left_ns(sc);
	t->regs.w[2] = sc->refills.budget_ns;
	t->regs.w[3] = sc->refills.period_ns;
	t->regs.w[4] = sc->slice_ns;
	t->regs.w[5] = sc->depleted ? refills_next_ns(&sc->refills) : 0;
	return 0;
}
