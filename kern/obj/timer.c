/* SPDX-License-Identifier: 0BSD */
/* timer.c: Timers. */
#include "obj/timer.h"

#include <abi/errno.h>

/* The first deadline after NOW_NS on the grid of the one that has expired. */
static uint64_t next_deadline(struct timer *t, uint64_t expired_ns, uint64_t now_ns)
{
	uint64_t missed;

	if (expired_ns + t->period_ns > now_ns) return expired_ns + t->period_ns;
	missed = (now_ns - expired_ns) / t->period_ns;
	t->overruns += missed;
	return expired_ns + (missed + 1) * t->period_ns;
}

static void timer_expired(struct timeout *timeout)
{
	struct timer *t = container_of(timeout, struct timer, timeout);

	if (t->period_ns) timeout_start(timeout, next_deadline(t, timeout->node.key, time_now()));
	event_source_signal(&t->source);
}

int timer_set(struct timer *t, uint64_t deadline_ns, uint64_t period_ns)
{
	if (period_ns && (period_ns < TIMER_PERIOD_MIN_NS || period_ns > INT64_MAX)) return -EINVAL;
	timeout_stop(&t->timeout);
	t->period_ns = period_ns;
	timeout_start(&t->timeout, deadline_ns);
	return 0;
}

int timer_cancel(struct timer *t)
{
	if (!timeout_running(&t->timeout)) return -ESRCH;
	timeout_stop(&t->timeout);
	return 0;
}

static void timer_init(struct object *obj) { container_of(obj, struct timer, object)->timeout.expired = timer_expired; }

static bool timer_destroy_step(struct object *obj)
{
	struct timer *t = container_of(obj, struct timer, object);

	timeout_stop(&t->timeout);
	event_source_bind(&t->source, NULL, 0);
	return true;
}

const struct object_ops timer_ops = {
    .init = timer_init,
    .destroy_step = timer_destroy_step,
};
