/* SPDX-License-Identifier: 0BSD */
/* connection.h: a client's end of an Endpoint.
 *
 * Connections live in pages that their Endpoint was fed and are named to its server by number (where it
 * lies in memory; checked against the frame table and the endpoint). The embedded master slot is the root of the
 * derivation tree of all client capabilities. `object.caps` counts those; `in_flight` counts messages
 * and bindings (fault, home, process of threads). When both are 0 the Connection is disconnected: one pulse,
 * queued from storage inside it, tells the server, and nothing is ever said again with that cookie.
 *
 *   FREE -> OPEN -> (SEVERED ->) DISCONNECTING (pulse queued) -> DISCONNECTED (told) -> OPEN by rearm
 */
#ifndef KERN_OBJ_CONNECTION_H
#define KERN_OBJ_CONNECTION_H

#include "ipc/message.h"
#include "obj/object.h"

#define CONNECTION_SIZE  256
#define WATCHERS_MAX     16 /* Events bound to one Connection */

enum connection_state {
	CONNECTION_FREE,
	CONNECTION_OPEN,
	CONNECTION_DISCONNECTING,
	CONNECTION_DISCONNECTED,
};

struct connection {
	struct object object;      /* type OBJ_CONNECTION; never destroyed alone */
	struct endpoint *endpoint; /* where sends go: the endpoint, or the dead one when severed */
	struct endpoint *home;     /* the endpoint whose pool this is in */
	uint64_t cookie;
	uint32_t in_flight;
	uint32_t ready;            /* POLL bits */
	uint8_t state;
	uint8_t watchers;
	bool severed;
	bool told;                 /* a CLOSE message said it: no pulse */
	struct list watched;       /* event.watch_link */
	struct slot master;
	struct queued pulse;
	struct list_node free_link; /* pool's free list */
};

_Static_assert(sizeof(struct connection) <= CONNECTION_SIZE, "sixteen in a page");

extern const struct object_ops connection_ops;

uint64_t connection_number(const struct connection *c);
/* The Connection of EP with that number, in any state but FREE; NULL if there is none. */
struct connection *connection_from_number(struct endpoint *ep, uint64_t number);

/* A new OPEN Connection from EP's pool, no capability yet; NULL: feed. */
struct connection *connection_new(struct endpoint *ep, uint64_t cookie);

/* One message or binding less; queues the disconnect pulse when it was the last thing. */
void connection_put(struct connection *c);
static inline void connection_get(struct connection *c)
{
	c->in_flight++;
}

/* Fills TO with a client capability of C. */
void connection_fill(struct connection *c, struct slot *to);

#endif
