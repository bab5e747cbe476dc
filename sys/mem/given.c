/* SPDX-License-Identifier: 0BSD */
/* given.c: what programs hold that sys has made for them and keeps no capability to.
 *
 * The kernel tells nobody that an object has ended. But its Untyped can be reset from then on, and an Extent has
 * no children any more. So there is a note of each in its account's list, and a sweep tries a few of them at a time,
 * in turn. The reserve of an endpoint is kept by sys, and goes after it.
 */
#include "mem/given.h"

#include "mem/chunk.h"
#include "mem/given_note.h"
#include "mem/heap.h"
#include "mem/piece.h"
#include "mem/slot.h"

#include <parley/syscall.h>

struct given {
	struct list_node node; /* account->given; a `first` is in no list */
	struct account *account;
	struct piece *piece;
	struct chunk *chunk; /* an Extent, in place of a piece */
	struct given *first; /* must have ended before */
	cap_t keep;	     /* deleted then */
	uint32_t objects;
};

#define FEED_LOG2_MAX  20u /* 1 MiB: 4,096 Connections */
#define NEWEST	       4   /* notes that are looked at when a descriptor space ends */
#define PULSE_PRIORITY 1   /* of an endpoint's disconnect pulses, until its server gives them more, if it may */

static struct given *given_new(struct account *a)
{
	struct given *g = heap_new(struct given);

	if (!g)
		return NULL;
	g->account = a;
	g->keep = CAP_NONE;
	list_push_back(&a->given, &g->node);
	return g;
}

struct given *given_note(const struct kobj *k)
{
	struct given *g = given_new(k->account);

	if (g) {
		g->piece = k->piece;
		g->objects = 1;
	}
	return g;
}

static bool chunk_is_free(const struct chunk *c)
{
	struct os_words info;

	return os_cspace_info(CAP_SELF_CSPACE, c->slot, &info) < 0 || !info.w[3];
}

/* Frees G if what it stands for is gone. */
static bool try_one(struct given *g)
{
	if (g->chunk) {
		if (!chunk_is_free(g->chunk))
			return false;
		chunk_put(g->chunk);
	} else {
		if (!piece_try_give(g->piece))
			return false;
		kobj_uncharge(g->account, g->objects, kobj_pages(piece_log2(g->piece)));
	}
	account_put(g->account);
	if (list_linked(&g->node))
		list_remove(&g->node);
	heap_delete(g);
	return true;
}

/* True if all of G is gone. */
static bool try_with_first(struct given *g)
{
	if (g->first) {
		if (!try_one(g->first))
			return false;
		g->first = NULL;
		slot_delete(g->keep);
	}
	return try_one(g);
}

int account_sweep(struct account *a, unsigned count)
{
	int more;

	account_get(a);
	while (count-- > 0 && !list_empty(&a->given)) {
		struct list_node *node = list_pop_front(&a->given);

		list_push_back(&a->given, node);
		try_with_first(list_entry(node, struct given, node));
	}
	more = list_empty(&a->given) ? 0 : SYS_MORE;
	account_put(a);
	return more;
}

int account_sweep_newest(struct account *a)
{
	struct list_node *node = list_last(&a->given);
	bool any = false;

	account_get(a);
	for (unsigned i = 0; i < NEWEST && node; i++) {
		struct given *g = list_entry(node, struct given, node);

		node = list_prev(&a->given, node);
		any |= try_with_first(g);
	}
	account_put(a);
	return any ? SYS_MORE : 0;
}

/* Gives K's capability away: it stays in sys' table for the caller to hand on. */
static struct given *give(struct kobj *k, cap_t *slot)
{
	struct given *g = given_note(k);

	if (!g) {
		kobj_delete(k);
		return NULL;
	}
	*slot = k->slot;
	*k = (struct kobj){.slot = CAP_NONE};
	return g;
}

int given_object(struct account *a, enum object_type type, cap_t *slot)
{
	struct kobj k;
	int r;

	if (type != OBJ_EVENT && type != OBJ_TIMER && type != OBJ_IRQ)
		return -EINVAL;
	account_sweep(a, 2);
	r = kobj_make(&k, type, 0, a);
	if (r < 0)
		return r;
	return give(&k, slot) ? 0 : -ENOMEM;
}

static int feed(struct account *a, cap_t slot, unsigned size_log2)
{
	struct kobj k = {.account = a};
	struct given *g;
	int64_t r = kobj_charge(a, 0, kobj_pages(size_log2));

	if (r < 0)
		return (int)r;
	k.piece = piece_take(size_log2);
	g = k.piece ? given_note(&k) : NULL;
	r = g ? os_endpoint_feed(slot, piece_slot(k.piece)) : -ENOMEM;
	if (g && r == -EBADF)
		r = os_cspace_feed(slot, piece_slot(k.piece));
	if (r == 0) {
		account_get(a);
		g->objects = 0;
		return 0;
	}
	if (g) {
		list_remove(&g->node);
		heap_delete(g);
	}
	piece_give(k.piece);
	kobj_uncharge(a, 0, kobj_pages(size_log2));
	return (int)r;
}

/* Sixteen Connections, or 128 slots, a page. */
static unsigned feed_log2(unsigned connections)
{
	unsigned log2 = PAGE_LOG2;

	while (log2 < FEED_LOG2_MAX && 16u << (log2 - PAGE_LOG2) < connections)
		log2++;
	return log2;
}

static int endpoint_complete(struct kobj *endpoint, struct kobj *reserve, unsigned connections, cap_t *slot)
{
	struct account *a = endpoint->account;
	struct given *time, *g;
	cap_t keep;
	int r = (int)os_endpoint_configure(endpoint->slot, 0, reserve->slot, PULSE_PRIORITY);

	if (r == 0)
		r = feed(a, endpoint->slot, feed_log2(connections));
	if (r < 0)
		return r;
	time = give(reserve, &keep);
	if (!time)
		return -ENOMEM;
	time->keep = keep;
	g = give(endpoint, slot);
	if (!g) {
		slot_delete(keep);
		time->keep = CAP_NONE;
		return -ENOMEM;
	}
	list_remove(&g->node);
	time->first = g;
	return 0;
}

int given_endpoint(struct account *a, unsigned connections, cap_t *slot)
{
	struct kobj endpoint, reserve;
	int r;

	account_sweep(a, 2);
	r = kobj_make(&reserve, OBJ_SCHED, 0, a);
	if (r < 0)
		return r;
	r = kobj_make(&endpoint, OBJ_ENDPOINT, 0, a);
	if (r == 0)
		r = endpoint_complete(&endpoint, &reserve, connections, slot);
	if (r < 0) {
		kobj_delete(&endpoint);
		kobj_delete(&reserve);
	}
	return r;
}

int given_grow(struct account *a, cap_t slot, unsigned count) { return feed(a, slot, feed_log2(count)); }

int given_extent(struct account *a, unsigned size_log2, cap_t *slot)
{
	struct chunk *c;
	struct given *g;
	int64_t r;

	if (size_log2 < PAGE_LOG2 || size_log2 > 40)
		return -EINVAL;
	account_sweep(a, 2);
	r = chunk_new(size_log2 - PAGE_LOG2, a, &c);
	if (r < 0)
		return (int)r;
	chunk_zero(c, 0, chunk_pages(c));
	r = slot_take(slot);
	if (r < 0)
		goto no_slot;
	r = os_cspace_derive(CAP_SELF_CSPACE, CAP_SELF_CSPACE, c->slot, *slot, *slot, RIGHTS_ALL, 0);
	g = r < 0 ? NULL : given_new(a);
	if (!g)
		goto no_note;
	g->chunk = c;
	account_get(a);
	return 0;
no_note:
	os_cspace_delete(CAP_SELF_CSPACE, *slot);
	slot_give(*slot);
no_slot:
	chunk_put(c);
	return r < 0 ? (int)r : -ENOMEM;
}
