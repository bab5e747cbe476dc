/* SPDX-License-Identifier: 0BSD */
/* event.h: a source of pulses on an Endpoint.
 *
 * Bits OR together until they are received; an Event is in its endpoint's queue at most once, so
 * signalling needs no memory and cannot fail. Sources (timers, interrupts, ready masks, threads'
 * ends, programs) hold a pointer to it and are in its `sources` list, so that destroying it finds
 * them.
 */
#pragma once

#include "ipc/message.h"
#include "obj/object.h"

/* What points to an Event: embedded in Timer, Irq, Thread (its end) and the Event's own watch. */
struct event_source {
	struct event *event;   /* NULL: bound to none */
	struct list_node link; /* event.sources */
	uint64_t bits;
	void (*lost)(struct event_source *s); /* its Event has ended; may be NULL */
};

struct event {
	struct object object;
	struct endpoint *endpoint;	/* NULL: not configured */
	struct list_node endpoint_link; /* endpoint.events */
	struct queued queued;
	uint64_t cookie;
	uint64_t bits; /* signalled and not yet received */
	uint8_t priority;
	struct list sources;
	struct connection *watched; /* event_watch */
	struct list_node watch_link;
	uint32_t watch_mask;
	uint64_t watch_bits;
};

_Static_assert(sizeof(struct event) <= 256, "as in object.def");

extern const struct object_ops event_ops;

/* ORs BITS in and queues the pulse or hands it to a waiting receiver. O(log n). No effect when not
 * configured. */
void event_signal(struct event *e, uint64_t bits);

/* Attaches E to EP (away from the one it had). PRIORITY is its pulses'. */
void event_attach(struct event *e, struct endpoint *ep, uint64_t cookie, uint8_t priority);
/* E's endpoint is going away, or E gets another: out of its queue, its bits are lost. */
void event_detach(struct event *e);

static inline void event_source_signal(const struct event_source *s)
{
	if (s->event) event_signal(s->event, s->bits);
}
/* Binds S (first unbinding it) to E; E NULL just unbinds. O(1). */
void event_source_bind(struct event_source *s, struct event *e, uint64_t bits);

/* E watches no Connection any more. */
void event_unwatch(struct event *e);
/* Watches C for MASK (at most WATCHERS_MAX a Connection: ENOSPC); signals at once when a bit is set
 * already. */
int event_watch(struct event *e, struct connection *c, uint32_t mask, uint64_t bits);

/* Ready masks: the mask of C changes; Events that watch any of the bits that are set now are
 * signalled once and stop watching. */
void connection_set_ready(struct connection *c, uint32_t set, uint32_t clear);
