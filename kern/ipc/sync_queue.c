/* SPDX-License-Identifier: 0BSD */
/* sync_queue.c: who waits on which address. */
#include "ipc/sync_queue.h"

#include "lib/assert.h"

static struct tree bucket[SYNC_BUCKETS];
static uint64_t arrivals;

/* Words are four bytes apart; the multiplier is 2^64 divided by the golden ratio. */
static struct tree *bucket_of(const struct sync_key *key)
{
	uint64_t mixed = (key->place >> 2) ^ (key->space << 40);

	return &bucket[mixed * 0x9e3779b97f4a7c15ull >> 56];
}

_Static_assert(SYNC_BUCKETS == 256, "the eight highest bits of the product");

struct sync_queue *sync_queue_find(const struct sync_key *key)
{
	struct tree_node *node = bucket_of(key)->root;

	while (node && (node->key != key->space || node->arrival != key->place)) {
		bool larger = node->key != key->space ? node->key < key->space : node->arrival < key->place;

		node = node->child[larger];
	}
	return node ? tree_entry(node, struct sync_queue, node) : NULL;
}

uint64_t sync_queue_now(void) { return arrivals; }

/* Those of one priority stand in the order in which they came: with one that is too late all behind it are. */
struct sync_waiter *sync_queue_first_before(const struct sync_key *key, uint64_t since)
{
	struct sync_queue *q = sync_queue_find(key);
	struct tree_node *node = q ? tree_first(&q->waiters) : NULL;

	while (node && node->arrival >= since) node = tree_lower_bound(&q->waiters, node->key + 1);
	return node ? tree_entry(node, struct sync_waiter, node) : NULL;
}

/* Puts Q where its key says. */
static void hang(struct sync_queue *q, const struct sync_key *key)
{
	q->node.key = key->space;
	q->node.arrival = key->place;
	tree_reinsert(bucket_of(key), &q->node);
}

/* The key of Q's place in its owner's tree. */
static uint64_t urgency(const struct sync_queue *q) { return tree_first(&q->waiters)->key; }

/* Q's first waiter may be another one: its place with the owner follows. */
static void first_changed(struct sync_queue *q)
{
	if (!q->lent_to || q->owned.key == urgency(q)) return;
	tree_remove(q->lent_to, &q->owned);
	tree_insert(q->lent_to, &q->owned, urgency(q));
}

struct sync_queue *sync_queue_join(struct sync_waiter *w, const struct sync_key *key, uint8_t priority)
{
	struct sync_queue *q = sync_queue_find(key);

	KASSERT(!tree_linked(&w->node), "a thread waits on one address at a time");
	if (!q) {
		q = &w->queue;
		q->waiters = (struct tree){0};
		q->lent_to = NULL;
		hang(q, key);
	}
	w->key = *key;
	w->node.key = 255u - priority;
	w->node.arrival = arrivals++;
	tree_reinsert(&q->waiters, &w->node);
	first_changed(q);
	return q;
}

/* The queue FROM moves to the unused TO, with all that is known about it. */
static void move(struct sync_queue *to, struct sync_queue *from, const struct sync_key *key)
{
	tree_remove(bucket_of(key), &from->node);
	to->waiters = from->waiters;
	hang(to, key);
	to->lent_to = from->lent_to;
	if (to->lent_to) {
		tree_remove(to->lent_to, &from->owned);
		tree_insert(to->lent_to, &to->owned, urgency(to));
	}
}

struct sync_queue *sync_queue_leave(struct sync_waiter *w)
{
	struct sync_queue *q = sync_queue_find(&w->key);

	KASSERT(q && tree_linked(&w->node), "whoever waits has a queue");
	tree_remove(&q->waiters, &w->node);
	if (tree_empty(&q->waiters)) {
		sync_queue_lend(q, NULL);
		tree_remove(bucket_of(&w->key), &q->node);
		return NULL;
	}
	if (q != &w->queue) {
		first_changed(q);
		return q;
	}
	move(&sync_queue_first(q)->queue, q, &w->key);
	return &sync_queue_first(q)->queue;
}

struct sync_queue *sync_queue_reorder(struct sync_waiter *w, uint8_t priority)
{
	struct sync_queue *q = sync_queue_find(&w->key);

	tree_remove(&q->waiters, &w->node);
	w->node.key = 255u - priority;
	tree_reinsert(&q->waiters, &w->node);
	first_changed(q);
	return q;
}

void sync_queue_lend(struct sync_queue *q, struct tree *owner)
{
	if (q->lent_to == owner) return;
	if (q->lent_to) tree_remove(q->lent_to, &q->owned);
	q->lent_to = owner;
	if (owner) tree_insert(owner, &q->owned, urgency(q));
}
