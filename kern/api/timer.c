/* SPDX-License-Identifier: 0BSD */
/* timer.c: timer_set, timer_cancel. */
#include "obj/timer.h"

#include "api/lookup.h"
#include "api/table.h"

/* Replaces what the Timer was set to. deadline_ns is a time of the monotonic clock (past: at
 * once; DEADLINE_FOREVER: only stop); period_ns is 0 or at least 10 us: then the Timer goes on
 * at deadline + n * period, without drift, and deadlines that passed unserved are one pulse.
 * event CAP_NONE leaves the binding as it is; otherwise the Event, named with MANAGE, gets bits
 * (not 0) from now on. */
int64_t sys_timer_set(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct timer *timer = slot_object(slot, timer);
	cap_t event = (cap_t)arg[2];
	struct slot *event_slot = NULL;
	int error = 0;

	if (event != CAP_NONE) {
		error = slot_lookup(t, event, OBJ_EVENT, RIGHT_EVENT_MANAGE, &event_slot);
		if (!error && arg[3] == 0) error = -EINVAL;
	}
	if (!error) error = timer_set(timer, arg[0], arg[1]);
	if (!error && event_slot) event_source_bind(&timer->source, slot_object(event_slot, event), arg[3]);
	return error;
}

/* Stops the Timer. A pulse that was signalled before still arrives. */
int64_t sys_timer_cancel(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	return timer_cancel(slot_object(slot, timer));
}
