/* SPDX-License-Identifier: 0BSD */
/* event.c: Events and Timers at the server's endpoint. The cookie is the address of the struct. */
#include "srv/state.h"

#include <abi/thread.h>
#include <parley/syscall.h>

uint32_t event_own_priority(void)
{
	struct os_words w;

	return os_thread_info(CAP_SELF_THREAD, &w) < 0 ? 0 : (uint32_t)w.w[THREAD_INFO_BASE_PRIORITY];
}

int srv_event_init(struct srv *srv, struct srv_event *event, unsigned priority)
{
	int64_t slot = sys_object(OBJ_EVENT), r;

	if (slot < 0)
		return (int)slot;
	event->slot = (cap_t)slot;
	r = os_event_configure(event->slot, srv->state->endpoint, (uint64_t)event, priority);
	if (r == -EPERM)
		r = os_event_configure(event->slot, srv->state->endpoint, (uint64_t)event, event_own_priority());
	return (int)r;
}

int srv_timer_init(struct srv *srv, struct srv_timer *timer, unsigned priority)
{
	int error = srv_event_init(srv, &timer->event, priority);
	int64_t slot = error < 0 ? error : sys_object(OBJ_TIMER);

	if (slot < 0)
		return (int)slot;
	timer->slot = (cap_t)slot;
	return 0;
}

void srv_timer_set(struct srv_timer *timer, uint64_t deadline_ns, uint64_t period_ns)
{
	if (deadline_ns)
		os_timer_set(timer->slot, deadline_ns, period_ns, timer->event.slot, 1);
	else
		os_timer_cancel(timer->slot);
}
