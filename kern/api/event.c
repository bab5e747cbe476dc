/* SPDX-License-Identifier: 0BSD */
/* event.c: calls on Events. */
#include "api/lookup.h"
#include "api/table.h"

/* arg: endpoint, cookie, priority. */
int64_t sys_event_configure(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct event *e = slot_object(slot, event);
	struct slot *ep;
	int64_t r = slot_lookup(t, (cap_t)arg[0], OBJ_ENDPOINT, RIGHT_ENDPOINT_CONNECT, &ep);

	if (r < 0) return r;
	if (arg[2] > 255) return -EINVAL;
	if (arg[2] > t->max_priority) return -EPERM;
	if (e->bits) return -EBUSY;
	event_attach(e, slot_object(ep, endpoint), arg[1], (uint8_t)arg[2]);
	return 0;
}

int64_t sys_event_signal(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct event *e = slot_object(slot, event);

	if (!arg[0] || !e->endpoint) return -EINVAL;
	event_signal(e, arg[0]);
	return 0;
}

/* arg: connection, mask (0: stop), bits. */
int64_t sys_event_watch(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct event *e = slot_object(slot, event);
	struct slot *s;
	struct connection *c;
	int64_t r = slot_lookup(t, (cap_t)arg[0], OBJ_CONNECTION, RIGHT_CONNECTION_SEND, &s);

	if (r < 0) return r;
	c = slot_object(s, connection);
	if (!(uint32_t)arg[1]) {
		event_unwatch(e);
		return 0;
	}
	if (!arg[2] || !e->endpoint) return -EINVAL;
	if (c->endpoint->dead) return -ESRVDEAD;
	return event_watch(e, c, (uint32_t)arg[1], arg[2]);
}

/* arg: thread, bits, on. */
int64_t sys_event_thread(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct event *e = slot_object(slot, event);
	struct slot *s;
	struct thread *target;
	int64_t r = slot_lookup(t, (cap_t)arg[0], OBJ_THREAD, RIGHT_THREAD_CONTROL, &s);

	if (r < 0) return r;
	target = slot_object(s, thread);
	if (!arg[2]) {
		event_source_bind(&target->ended, NULL, 0);
		return 0;
	}
	if (!arg[1]) return -EINVAL;
	if (target->ended.event && target->ended.event != e) return -EBUSY;
	event_source_bind(&target->ended, e, arg[1]);
	return 0;
}
