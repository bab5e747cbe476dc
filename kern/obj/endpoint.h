/* SPDX-License-Identifier: 0BSD */
/* endpoint.h: the meeting point of senders and receivers, independent of threads.
 *
 * `queue` holds what waits to be received, the most urgent first. `receivers` holds threads that
 * wait to receive, the latest first (its caches are warm); never both non-empty. `received` holds
 * messages received and not yet replied to; `returning` does while a requeue puts them back. `servers`
 * are the threads that received here last: to the first SERVERS_MAX of them the most urgent queued
 * sender lends its priority. `starved` are those of them that have no time to run on.
 *
 * The fast path asks one thing: does the first waiting receiver wait without a deadline (`fast`)? The
 * list's head carries the same field, always false, so that the question needs no test for emptiness.
 */
#pragma once

#include <abi/endpoint.h>
#include "obj/connection.h"

#define SERVERS_MAX 8

struct sched_context;

/* A place in the list of waiting receivers; endpoint's head and one in each thread. */
struct receiver {
	struct receiver *next, *prev;
	uint64_t fast; /* thread: may be given a message by the fast path. Head: 0 */
};

struct endpoint {
	struct object object;
	struct receiver receivers;
	struct list received;	/* message.link */
	struct list returning;	/* message.link: received before a requeue that goes on */
	struct list moving;	/* message.link: being copied, or held for an absent page */
	struct tree queue;	/* queued.node */
	uint64_t first_arrival; /* of what was put in front */
	uint32_t flags;		/* ENDPOINT_UNBLOCK */
	uint32_t receive_caps;	/* capabilities with the RECEIVE right */
	bool dead;		/* nobody will ever receive again */
	bool abandoned;		/* a received message was withdrawn since the last receive */
	uint8_t pulse_priority; /* of disconnect pulses and notices */
	uint32_t server_count;
	struct list servers; /* thread.serve_link, the first to come first */
	struct sched_context *reserve;
	struct tree starved; /* thread.starve_node: servers that wait for the reserve, or for there to be one */
	struct feeds feeds;
	struct list events;   /* event.endpoint_link */
	struct list free;     /* free Connections */
	uint32_t connections; /* in the pool, all states */
	struct list pool;     /* pages of Connections, linked through their last 16 bytes */
	uint32_t cursor;      /* destruction: next Connection of the last page */
};

_Static_assert(sizeof(struct endpoint) <= 1024, "as in object.def");

extern const struct object_ops endpoint_ops;
/* Where severed Connections point: no receiver, dead. */
extern struct endpoint endpoint_dead;

int endpoint_feed(struct endpoint *ep, struct slot *untyped);

/* Queue operations; each keeps the lent priority of the registered servers right. O(log n). */
void endpoint_enqueue(struct endpoint *ep, struct queued *q, uint8_t priority);
void endpoint_enqueue_again(struct endpoint *ep, struct queued *q); /* at its old place */
void endpoint_enqueue_first(struct endpoint *ep, struct queued *q); /* in front of its equals */
void endpoint_dequeue(struct endpoint *ep, struct queued *q);

/* The list of waiting receivers. Pop: the latest, its timeout stopped, or NULL. */
struct thread *endpoint_pop_receiver(struct endpoint *ep);
static inline void endpoint_push_receiver(struct endpoint *ep, struct receiver *r, bool fast)
{
	struct receiver *next = ep->receivers.next;

	r->fast = fast;
	r->next = next;
	r->prev = &ep->receivers;
	next->prev = r;
	ep->receivers.next = r;
}
void endpoint_remove_receiver(struct thread *t);

/* Something was put into the queue: the first waiting receiver, if there is one, gets what is
 * first, so that never both are there. O(log n). */
void endpoint_wake(struct endpoint *ep);

/* T is a server of EP from now on (a thread serves one endpoint at a time). */
void endpoint_enlist(struct endpoint *ep, struct thread *t);
void endpoint_delist(struct thread *t);
