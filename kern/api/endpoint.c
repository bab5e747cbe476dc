/* SPDX-License-Identifier: 0BSD */
/* endpoint.c: calls on endpoints besides messages: their Connections and settings. */
#include "api/lookup.h"
#include "api/table.h"
#include "ipc/donate.h"
#include "obj/sched_context.h"

/* arg: cookie, min, max, flags. Answers the slot; the Connection's number in word 0. */
int64_t sys_connect(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct endpoint *ep = slot_object(slot, endpoint);
	struct connection *c;
	int64_t r;

	if (arg[3] & ~(uint64_t)SLOT_FLAGS) return -EINVAL;
	if (ep->dead) return -ESRVDEAD;
	c = connection_new(ep, arg[0]);
	if (!c) {
		t->regs.w[0] = 1;
		return -ENOMEM;
	}
	r = connection_land(c, t->cspace, (cap_t)arg[1], (cap_t)arg[2], (uint8_t)arg[3]);
	if (r < 0) {
		connection_release(c);
		return r;
	}
	t->regs.w[0] = connection_number(c);
	return r;
}

int64_t sys_rearm(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct connection *c = connection_from_number(slot_object(slot, endpoint), arg[0]);

	return c ? connection_rearm(c, arg[1]) : -ESRCH;
}

int64_t sys_sever(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct connection *c = connection_from_number(slot_object(slot, endpoint), arg[0]);

	if (!c) return -ESRCH;
	connection_sever(c);
	return 0;
}

int64_t sys_connection_open(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct connection *c = connection_from_number(slot_object(slot, endpoint), arg[0]);

	if (!c || c->state != CONNECTION_OPEN) return -ESRCH;
	if (arg[3] & ~(uint64_t)SLOT_FLAGS) return -EINVAL;
	return connection_land(c, t->cspace, (cap_t)arg[1], (cap_t)arg[2], (uint8_t)arg[3]);
}

int64_t sys_set_cookie(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct connection *c = connection_from_number(slot_object(slot, endpoint), arg[0]);

	if (!c) return -ESRCH;
	c->cookie = arg[1];
	return 0;
}

int64_t sys_set_ready(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct connection *c = connection_from_number(slot_object(slot, endpoint), arg[0]);

	if (!c) return -ESRCH;
	connection_set_ready(c, (uint32_t)arg[1], (uint32_t)arg[2]);
	return 0;
}

/* Words: cookie, number. */
int64_t sys_identify(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct slot *s = cspace_slot(t->cspace, (cap_t)arg[0]);
	struct connection *c;

	if (slot_empty(s)) return -EBADF;
	if (s->type != OBJ_CONNECTION) return -ESRCH;
	c = slot_object(s, connection);
	if (c->home != slot_object(slot, endpoint)) return -ESRCH;
	t->regs.w[0] = c->cookie;
	t->regs.w[1] = connection_number(c);
	return 0;
}

int64_t sys_endpoint_feed(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct slot *untyped;
	int64_t r = slot_lookup(t, (cap_t)arg[0], OBJ_UNTYPED, RIGHT_UNTYPED_RETYPE, &untyped);

	return r < 0 ? r : endpoint_feed(slot_object(slot, endpoint), untyped);
}

/* SLOT_ARG: a SchedContext nobody owns or reserves yet. Of those who starve at EP the first goes on. */
static int64_t set_reserve(struct thread *t, struct endpoint *ep, cap_t index)
{
	struct slot *s;
	struct sched_context *sc;
	int64_t r = slot_lookup(t, index, OBJ_SCHED, RIGHT_SCHED_BIND, &s);

	if (r < 0) return r;
	sc = slot_object(s, sched_context);
	if (sc->reserve_of == ep) return 0;
	if (sc->owner || sc->reserve_of || ep->reserve) return -EBUSY;
	sc->reserve_of = ep;
	sc->lent_depth = LEND_DEPTH_MAX; /* who blocks gives a reserve back: it goes no further */
	ep->reserve = sc;
	donate_feed_starved(ep);
	return 0;
}

/* arg: flags, reserve or CAP_NONE, priority of its own pulses. */
int64_t sys_endpoint_configure(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct endpoint *ep = slot_object(slot, endpoint);

	if (arg[0] & ~(uint64_t)ENDPOINT_FLAGS || arg[2] > 255) return -EINVAL;
	if (arg[2] > t->max_priority) return -EPERM;
	if ((cap_t)arg[1] != CAP_NONE) {
		int64_t r = set_reserve(t, ep, (cap_t)arg[1]);

		if (r < 0) return r;
	}
	ep->flags = (uint32_t)arg[0];
	ep->pulse_priority = (uint8_t)arg[2];
	return 0;
}
