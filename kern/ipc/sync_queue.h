/* SPDX-License-Identifier: 0BSD */
/* sync_queue.h: who waits on which address.
 *
 * The queue of an address lives in one of its waiters, so that queues need no memory: the waiter
 * that came first makes it, and when that one leaves, the queue moves into another. Queues hang in
 * trees, one for each of SYNC_BUCKETS hash values, ordered by their whole key (128 bits, no two
 * alike), and waiters hang in the tree of their queue, the most urgent first. So however addresses
 * are chosen, every operation costs O(log queues + log waiters): the buckets only make the trees
 * smaller.
 *
 * A queue that waits for a lock is also in a tree of the lock's owner, by its most urgent waiter:
 * the first of that tree is whom the owner inherits from. Knows nothing of threads. Everything
 * under the kernel lock.
 */
#pragma once

#include "lib/tree.h"

#define SYNC_BUCKETS 256

/* Names an address: what kind of place it is in, and where there. */
struct sync_key {
	uint64_t space;
	uint64_t place;
};

struct sync_queue {
	struct tree_node node;	/* in its bucket; key and arrival are the two halves of the key */
	struct tree waiters;	/* sync_waiter.node, key 255 - priority, arrival among all waiters of all queues;
				 * empty: the queue does not exist */
	struct tree *lent_to;	/* the owner's tree, or NULL */
	struct tree_node owned; /* there; key 255 - priority of the first waiter */
};

struct sync_waiter {
	struct tree_node node; /* linked: it waits */
	struct sync_key key;
	struct sync_queue queue; /* if it is here */
	uint64_t since;		 /* of the wake that its thread makes: whom that does not mean */
};

/* The queue of KEY, or NULL when nobody waits there. */
struct sync_queue *sync_queue_find(const struct sync_key *key);

/* Whoever waits from now on has this arrival or a later one. */
uint64_t sync_queue_now(void);

/* W, which does not wait, waits for KEY with PRIORITY, behind its equals. */
struct sync_queue *sync_queue_join(struct sync_waiter *w, const struct sync_key *key, uint8_t priority);

/* W does not wait any more. The queue that it left, or NULL when it was the last. Any pointer to
 * the queue from before is stale. */
struct sync_queue *sync_queue_leave(struct sync_waiter *w);

/* W has another priority now. Returns its queue. */
struct sync_queue *sync_queue_reorder(struct sync_waiter *w, uint8_t priority);

/* Q lends to the owner whose tree OWNER is, instead of to whom it did; NULL: to nobody. */
void sync_queue_lend(struct sync_queue *q, struct tree *owner);

/* The most urgent waiter of an existing queue. */
static inline struct sync_waiter *sync_queue_first(const struct sync_queue *q)
{
	return tree_entry(tree_first(&q->waiters), struct sync_waiter, node);
}

/* The most urgent waiter of KEY that arrived before SINCE, or NULL. At most one step for each priority. */
struct sync_waiter *sync_queue_first_before(const struct sync_key *key, uint64_t since);

/* The most urgent of the queues that lend to OWNER, or NULL. */
static inline struct sync_queue *sync_queue_lent_first(const struct tree *owner)
{
	struct tree_node *first = tree_first(owner);

	return first ? tree_entry(first, struct sync_queue, owned) : NULL;
}

/* The highest priority that is lent to OWNER; 0 when none is. */
static inline uint8_t sync_queue_lent_priority(const struct tree *owner)
{
	struct tree_node *first = tree_first(owner);

	return first ? (uint8_t)(255 - first->key) : 0;
}
