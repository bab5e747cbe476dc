/* SPDX-License-Identifier: 0BSD */
/* endpoint.c: queues, registered servers, the pool of Connections, and the end of all of it. */
#include "obj/endpoint.h"

#include <abi/errno.h>
#include "ipc/donate.h"
#include "ipc/inherit.h"
#include "ipc/receive.h"
#include "ipc/withdraw.h"
#include "lib/assert.h"
#include "obj/sched_context.h"
#include "obj/thread.h"
#include "sched/sched.h"

struct endpoint endpoint_dead = {
    .receivers = {&endpoint_dead.receivers, &endpoint_dead.receivers, 0},
    .dead = true,
};

/* The first arrival number of a queue's end; those of its front go down from there. */
#define ARRIVAL_MIDDLE (1ull << 62)

static inline struct endpoint *endpoint_of(struct object *obj) { return container_of(obj, struct endpoint, object); }

static void endpoint_init(struct object *obj)
{
	struct endpoint *ep = endpoint_of(obj);

	ep->receivers.next = &ep->receivers;
	ep->receivers.prev = &ep->receivers;
	ep->queue.arrivals = ep->first_arrival = ARRIVAL_MIDDLE;
	list_init(&ep->received);
	list_init(&ep->returning);
	list_init(&ep->moving);
	list_init(&ep->servers);
	list_init(&ep->events);
	list_init(&ep->free);
	list_init(&ep->pool);
}

void endpoint_enqueue(struct endpoint *ep, struct queued *q, uint8_t priority)
{
	q->priority = priority;
	tree_insert(&ep->queue, &q->node, 255u - priority);
	if (tree_first(&ep->queue) == &q->node) inherit_endpoint(ep);
}

void endpoint_enqueue_again(struct endpoint *ep, struct queued *q)
{
	q->node.key = 255u - q->priority;
	tree_reinsert(&ep->queue, &q->node);
	if (tree_first(&ep->queue) == &q->node) inherit_endpoint(ep);
}

void endpoint_enqueue_first(struct endpoint *ep, struct queued *q)
{
	q->node.arrival = --ep->first_arrival;
	endpoint_enqueue_again(ep, q);
}

void endpoint_dequeue(struct endpoint *ep, struct queued *q)
{
	bool first = tree_first(&ep->queue) == &q->node;

	tree_remove(&ep->queue, &q->node);
	if (first) inherit_endpoint(ep);
}

struct thread *endpoint_pop_receiver(struct endpoint *ep)
{
	struct receiver *first = ep->receivers.next;
	struct thread *t;

	if (first == &ep->receivers) return NULL;
	t = container_of(first, struct thread, receiver);
	if (!first->fast) timeout_stop(&t->timeout);
	endpoint_remove_receiver(t);
	return t;
}

void endpoint_remove_receiver(struct thread *t)
{
	t->receiver.next->prev = t->receiver.prev;
	t->receiver.prev->next = t->receiver.next;
	t->receiver.fast = 0;
}

void endpoint_wake(struct endpoint *ep)
{
	struct thread *t;

	if (tree_empty(&ep->queue)) return;
	t = endpoint_pop_receiver(ep);
	if (t) {
		receive_queued(t, ep);
		sched_ready(t);
	}
}

void endpoint_enlist(struct endpoint *ep, struct thread *t)
{
	if (t->serves == ep) return;
	endpoint_delist(t);
	t->serves = ep;
	list_push_back(&ep->servers, &t->serve_link);
	ep->server_count++;
	if (!tree_empty(&ep->queue)) inherit_endpoint(ep);
}

void endpoint_delist(struct thread *t)
{
	struct endpoint *ep = t->serves;

	if (!ep) return;
	donate_stop_waiting(t);
	t->serves = NULL;
	list_remove(&t->serve_link);
	ep->server_count--;
	if (t->lent_priority) {
		t->lent_priority = 0;
		inherit_update(t);
		inherit_endpoint(ep); /* another may be among the first */
	}
}

int endpoint_feed(struct endpoint *ep, struct slot *untyped) { return feed_add(&ep->feeds, &ep->object, untyped); }

/* Nobody can receive any more: one waiting sender or receiver a call learns of it. True when all
 * know. */
static bool fail_step(struct endpoint *ep)
{
	struct tree_node *first = tree_first(&ep->queue);
	struct list_node *received, *moving;
	struct thread *receiver;

	if (first) {
		withdraw_queued(container_of(first, struct queued, node), -ESRVDEAD);
		return false;
	}
	list_append(&ep->received, &ep->returning);
	received = list_first(&ep->received);
	if (received) {
		withdraw_message(list_entry(received, struct message, link), -ESRVDEAD);
		return false;
	}
	moving = list_first(&ep->moving);
	if (moving) {
		withdraw_message(list_entry(moving, struct message, link), -ESRVDEAD);
		return false;
	}
	receiver = endpoint_pop_receiver(ep);
	if (receiver) {
		thread_result(receiver, -ESRVDEAD);
		sched_ready(receiver);
		return false;
	}
	return true;
}

static void endpoint_added(struct object *obj, struct slot *s)
{
	if (s->rights & RIGHT_ENDPOINT_RECEIVE) endpoint_of(obj)->receive_caps++;
}

static bool endpoint_release_step(struct object *obj, struct slot *s)
{
	struct endpoint *ep = endpoint_of(obj);

	if (!(s->rights & RIGHT_ENDPOINT_RECEIVE)) return true;
	if (ep->receive_caps == 1) {
		ep->dead = true;
		if (!fail_step(ep)) return false;
	}
	ep->receive_caps--;
	return true;
}

/* Lets go of one thing that names EP; true when nothing does. */
static bool detach_step(struct endpoint *ep)
{
	struct list_node *event = list_first(&ep->events), *node = list_first(&ep->servers);

	if (event) {
		event_detach(list_entry(event, struct event, endpoint_link));
		return false;
	}
	if (node) {
		struct thread *server = list_entry(node, struct thread, serve_link);

		endpoint_delist(server);
		sched_retime(server);
		return false;
	}
	if (ep->reserve) return donate_forget(ep->reserve), false;
	return true;
}

static bool endpoint_destroy_step(struct object *obj)
{
	struct endpoint *ep = endpoint_of(obj);

	ep->dead = true;
	if (!fail_step(ep) || !detach_step(ep) || !connection_pool_destroy_step(ep)) return false;
	return feed_return_step(&ep->feeds);
}

const struct object_ops endpoint_ops = {
    .feeds_offset = offsetof(struct endpoint, feeds),
    .init = endpoint_init,
    .added = endpoint_added,
    .release_step = endpoint_release_step,
    .destroy_step = endpoint_destroy_step,
};
