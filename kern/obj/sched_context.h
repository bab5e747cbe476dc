/* SPDX-License-Identifier: 0BSD */
/* sched_context.h: the right to processor time.
 *
 * A SchedContext belongs to a thread (its own time) or to an endpoint (its reserve), or to nobody
 * yet. At each moment at most one thread holds it (`holder`, and that thread's `time` points back).
 * It is lent along messages to passive threads and comes back with the reply (ipc/donate.h).
 *
 * Budget 0 is unlimited. Otherwise it is a sporadic server (sched/refill.h). A slice, if there is
 * one, sends the holder behind its equals each time it is used up; what is left of it survives
 * being preempted.
 *
 * Each CPU charges one SchedContext at a time (`cpu->charging`); a message that takes the time
 * along changes nothing about that. When the charge moves, the time since then is consumed.
 * Consumed time is kept in ticks, so an unlimited SchedContext costs one rdtsc and one addition a
 * switch and nothing else.
 *
 *   usable -> (timer interrupt at the end of the budget) depleted -> (replenish timeout) usable
 *
 * Only the timer interrupt depletes. A budget that is used up just when the charge moves away is
 * noticed when it comes back: `charge_end` is then in the past and the interrupt comes at once.
 */
#pragma once

#include "obj/object.h"
#include "sched/cpu.h"
#include "sched/refill.h"
#include "sched/timeout.h"

struct thread;
struct endpoint;

#define SLICE_MIN_NS  10000
#define PERIOD_MAX_NS (1ull << 60)

struct sched_context {
	struct object object;
	struct thread *holder;		  /* who runs on it now, or NULL */
	struct thread *owner;		  /* whose own it is, or NULL */
	struct endpoint *reserve_of;	  /* whose reserve it is, or NULL */
	struct cpu *charged_on;		  /* the CPU whose `charging` it is, or NULL */
	uint64_t consumed_ticks;	  /* in all, without the charge that runs */
	uint8_t lent_depth;		  /* messages along which it is lent now; a reserve, which is never lent:
					     the maximum */
	bool limited;			  /* has a budget or a slice */
	bool depleted;			  /* no budget until `replenish` expires */
	uint64_t slice_ns, slice_left_ns; /* 0: runs to completion */
	struct refills refills;		  /* budget_ns 0: unlimited */
	struct timeout replenish;
};

_Static_assert(sizeof(struct sched_context) <= 512, "as in object.def");

extern const struct object_ops sched_ops;

void sched_context_switch(struct sched_context *sc);

/* Time accounting on this CPU: SC (NULL: nobody) is charged from now on, in place of whoever was.
 * Arms the timer for the end of its budget or slice. */
static inline void sched_context_charge(struct sched_context *sc)
{
	if (this_cpu()->charging != sc) sched_context_switch(sc);
}

/* timeout.c: cpu->charge_end has passed. */
void sched_context_end(void);

/* Configures: SC starts with a full budget. REFILLS limits the pieces in which time comes back, 0
 * means REFILLS_MAX. 0, or -EINVAL: budget above the period or below REFILL_MIN_NS, period above
 * PERIOD_MAX_NS, slice below SLICE_MIN_NS (and not 0), or refills not in [REFILLS_MIN,
 * REFILLS_MAX]. */
int sched_context_configure(struct sched_context *sc, uint64_t budget_ns, uint64_t period_ns, uint64_t slice_ns,
			    uint32_t refills);

/* Consumed in all, up to this moment. */
uint64_t sched_context_consumed_ns(const struct sched_context *sc);
/* What could be consumed now without a break; UINT64_MAX: unlimited. */
uint64_t sched_context_left_ns(const struct sched_context *sc);

/* True when a thread holding SC may run. */
static inline bool sched_context_usable(const struct sched_context *sc) { return sc && !sc->depleted; }
