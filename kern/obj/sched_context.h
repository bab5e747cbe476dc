/* SPDX-License-Identifier: 0BSD */
/* sched_context.h: the right to processor time.
 *
 * A SchedContext belongs to a thread (its own time) or to an endpoint (its reserve), or to nobody yet. At
 * each moment at most one thread holds it (`holder`, and that thread's `time` points back). It is lent
 * along messages to passive threads and comes back with the reply (ipc/donate.h).
 *
 * Budget 0 is unlimited. Otherwise it is a sporadic server: consumed time comes back one period after it began to be
 * consumed, in at most eight pieces (the oldest two are merged when there would be nine).
 */
#ifndef KERN_OBJ_SCHED_CONTEXT_H
#define KERN_OBJ_SCHED_CONTEXT_H

#include "lib/tree.h"
#include "obj/object.h"
#include "sched/timeout.h"

struct thread;
struct endpoint;

#define REFILLS_MAX 8

struct refill {
	uint64_t at_ns;
	uint64_t amount_ns;
};

struct sched_context {
	struct object object;
	struct thread *holder;     /* who runs on it now, or NULL */
	struct thread *owner;      /* whose own it is, or NULL */
	struct endpoint *reserve_of; /* whose reserve it is, or NULL */
	struct tree starved;       /* reserve: threads that wait for it, thread.starve_node */
	uint64_t budget_ns, period_ns, slice_ns; /* budget 0: unlimited; slice 0: run to completion */
	uint64_t left_ns;          /* of the current refill */
	uint64_t slice_left_ns;
	uint64_t consumed_ns;      /* in all */
	struct refill refill[REFILLS_MAX];
	uint8_t refill_first, refill_count;
	uint8_t lent_depth;        /* messages along which it is lent now */
	bool depleted;             /* no budget until `replenish` fires */
	struct timeout replenish;
};

_Static_assert(sizeof(struct sched_context) <= 512, "as in object.def");

extern const struct object_ops sched_ops;

/* Time accounting on this CPU. Starts charging SC (NULL: nobody), ending the charge of whoever was charged; arms the
 * budget or slice end when SC is limited. Cheap when both are the same or unlimited. */
void sched_context_charge(struct sched_context *sc);

/* Configures; 0 or -EINVAL (budget > period, period 0 with a budget, refills > 8). */
int sched_context_configure(struct sched_context *sc, uint64_t budget_ns, uint64_t period_ns,
			    uint64_t slice_ns, uint32_t refills);

/* True when a thread holding SC may run. */
static inline bool sched_context_usable(const struct sched_context *sc)
{
	return sc && !sc->depleted;
}

#endif
