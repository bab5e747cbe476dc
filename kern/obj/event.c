/* SPDX-License-Identifier: 0BSD */
/* event.c: pulses, their sources, and ready masks. */
#include "obj/event.h"

#include <abi/errno.h>
#include "debug/trace.h"
#include "ipc/deliver.h"
#include "ipc/receive.h"
#include "obj/thread.h"
#include "sched/sched.h"

static inline struct event *event_of(struct object *obj) { return container_of(obj, struct event, object); }

static void event_init(struct object *obj) { list_init(&event_of(obj)->sources); }

void event_signal(struct event *e, uint64_t bits)
{
	struct endpoint *ep = e->endpoint;
	struct thread *t;

	TRACE(PULSE, virt_to_phys(e), bits, e->cookie);
	if (!ep) return;
	e->bits |= bits;
	if (tree_linked(&e->queued.node)) return;
	t = endpoint_pop_receiver(ep);
	if (t) {
		thread_result(t, receive_event(t, e));
		sched_ready(t);
	} else if (ep->dead) {
		e->bits = 0;
	} else {
		endpoint_enqueue(ep, &e->queued, e->priority);
	}
}

void event_detach(struct event *e)
{
	if (!e->endpoint) return;
	if (tree_linked(&e->queued.node)) endpoint_dequeue(e->endpoint, &e->queued);
	list_remove(&e->endpoint_link);
	e->endpoint = NULL;
	e->bits = 0;
}

void event_attach(struct event *e, struct endpoint *ep, uint64_t cookie, uint8_t priority)
{
	event_detach(e);
	e->endpoint = ep;
	e->cookie = cookie;
	e->priority = priority;
	e->queued.kind = QUEUED_EVENT;
	list_push_back(&ep->events, &e->endpoint_link);
}

void event_source_bind(struct event_source *s, struct event *e, uint64_t bits)
{
	if (s->event) list_remove(&s->link);
	s->event = e;
	s->bits = bits;
	if (e) list_push_back(&e->sources, &s->link);
}

void event_unwatch(struct event *e)
{
	if (!e->watched) return;
	list_remove(&e->watch_link);
	e->watched->watchers--;
	e->watched = NULL;
}

int event_watch(struct event *e, struct connection *c, uint32_t mask, uint64_t bits)
{
	bool ready = c->ready & mask;

	if (!ready && c->watchers == WATCHERS_MAX && e->watched != c) return -ENOSPC;
	event_unwatch(e);
	if (ready) {
		event_signal(e, bits);
		return 0;
	}
	e->watched = c;
	e->watch_mask = mask;
	e->watch_bits = bits;
	c->watchers++;
	list_push_back(&c->watched, &e->watch_link);
	return 0;
}

void connection_set_ready(struct connection *c, uint32_t set, uint32_t clear)
{
	struct list_node *node = list_first(&c->watched);

	c->ready = (c->ready & ~clear) | set;
	while (node) {
		struct event *e = list_entry(node, struct event, watch_link);

		node = list_next(&c->watched, node);
		if (c->ready & e->watch_mask) {
			event_unwatch(e);
			event_signal(e, e->watch_bits);
		}
	}
}

static bool event_destroy_step(struct object *obj)
{
	struct event *e = event_of(obj);
	struct list_node *node = list_first(&e->sources);

	if (node) {
		struct event_source *s = list_entry(node, struct event_source, link);

		event_source_bind(s, NULL, 0);
		if (s->lost) s->lost(s);
		return false;
	}
	event_unwatch(e);
	event_detach(e);
	return true;
}

const struct object_ops event_ops = {
    .init = event_init,
    .destroy_step = event_destroy_step,
};
