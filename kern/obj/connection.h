/* SPDX-License-Identifier: 0BSD */
/* connection.h: a client's end of an Endpoint.
 *
 * Connections live in pages that their Endpoint was fed and are named to its server by number
 * (where it lies in memory; checked against the frame table and the endpoint). The embedded master
 * slot is the root of the derivation tree of all client capabilities. `object.caps` counts those;
 * `in_flight` counts messages and bindings (fault, home, process of threads). When both are 0 the
 * Connection is disconnected: one pulse, queued from storage inside it, tells the server, and
 * nothing is ever said again with that cookie.
 *
 *   FREE -> OPEN -> DISCONNECTING (pulse queued) -> DISCONNECTED (told) -> OPEN by rearm
 *
 * `severed` is a flag beside the state: its clients get ESRVDEAD, and the rest of its life is the same.
 */
#pragma once

#include "ipc/message.h"
#include "obj/object.h"

#define CONNECTION_SIZE 256
#define WATCHERS_MAX	16 /* Events bound to one Connection */

struct cspace;

enum connection_state { CONNECTION_FREE, CONNECTION_OPEN, CONNECTION_DISCONNECTING, CONNECTION_DISCONNECTED };

struct connection {
	struct slot master;	   /* first: slots are aligned to their size, as a Connection is */
	struct object object;	   /* type OBJ_CONNECTION; never destroyed alone */
	struct endpoint *endpoint; /* where sends go: the endpoint, or the dead one when severed */
	struct endpoint *home;	   /* the endpoint whose pool this is in */
	uint64_t cookie;
	uint32_t in_flight;
	uint32_t ready; /* POLL bits */
	uint8_t state;
	uint8_t watchers;
	bool severed;
	bool told;	      /* a CLOSE message said it: no pulse */
	struct list watched;  /* event.watch_link */
	struct list bindings; /* binding.link: threads that send here without a descriptor */
	struct queued pulse;
	struct list_node free_link; /* pool's free list */
};

/* The last sixteen bytes of each page link the pages of a pool. */
_Static_assert(sizeof(struct connection) <= CONNECTION_SIZE - sizeof(struct list_node), "sixteen in a page");

extern const struct object_ops connection_ops;

uint64_t connection_number(const struct connection *c);
/* The Connection of EP with that number, in any state but FREE; NULL if there is none. */
struct connection *connection_from_number(struct endpoint *ep, uint64_t number);

/* A DISCONNECTED Connection is OPEN again, for a new client: 0 or -EBUSY. O(1). */
int connection_rearm(struct connection *c, uint64_t cookie);

/* C's clients get ESRVDEAD from now on; queued messages get it when their turn comes. Watchers are
 * woken. */
void connection_sever(struct connection *c);

/* A new OPEN Connection from EP's pool, no capability yet; NULL: feed. */
struct connection *connection_new(struct endpoint *ep, uint64_t cookie);

/* A thread's fault, home or process connection. */
struct binding {
	struct connection *connection; /* NULL: none */
	struct list_node link;
};

/* Points B at C (NULL: nowhere). O(1). */
void binding_set(struct binding *b, struct connection *c);

/* One message or binding less; queues the disconnect pulse when it was the last thing. */
void connection_put(struct connection *c);
static inline void connection_get(struct connection *c) { c->in_flight++; }

/* An OPEN Connection that no capability was made for goes back to the pool. */
void connection_release(struct connection *c);

/* Takes a queued disconnect pulse back. */
void connection_unqueue(struct connection *c);

/* Takes one more piece of EP's Connections apart (every client capability becomes Dead); true when
 * all are. */
bool connection_pool_destroy_step(struct endpoint *ep);

/* A client capability of C, with SLOT_ flags, in the lowest free slot of CSPACE in [MIN, MAX]. The slot, -EMFILE,
 * -EINVAL or -ENOMEM. */
int64_t connection_land(struct connection *c, struct cspace *cspace, cap_t min, cap_t max, uint8_t flags);
