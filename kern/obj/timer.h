/* SPDX-License-Identifier: 0BSD */
/* timer.h: a deadline that signals an Event, once or periodically.
 *
 * A periodic Timer keeps to the grid of its first deadline: it does not drift. Deadlines that
 * passed while the interrupt was late are merged into one signal, as the Event merges bits anyway;
 * `overruns` counts them.
 */
#pragma once

#include "obj/event.h"
#include "sched/timeout.h"

#define TIMER_PERIOD_MIN_NS 10000

struct timer {
	struct object object;
	struct timeout timeout;
	struct event_source source;
	uint64_t period_ns; /* 0: once */
	uint64_t overruns;
};

_Static_assert(sizeof(struct timer) <= 256, "as in object.def");

extern const struct object_ops timer_ops;

/* Replaces what T was set to. DEADLINE_FOREVER only stops it. 0, or -EINVAL (period below
 * TIMER_PERIOD_MIN_NS). */
int timer_set(struct timer *t, uint64_t deadline_ns, uint64_t period_ns);

/* 0, or -ESRCH when it is not set (any more). */
int timer_cancel(struct timer *t);
