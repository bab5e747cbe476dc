/* SPDX-License-Identifier: 0BSD */
/* pager.c: objects whose pages somebody supplies.
 *
 * A fault finds a page absent: the range around it is noted as wanted, once, and the pager's Event signalled. The pager
 * asks for what is wanted (or gets the next with each supply), and supplies; then all who wait look again.
 */
#include "lib/bits.h"
#include "mem/heap.h"
#include "mem/object.h"
#include "mem/slot.h"
#include "mem/space.h"

#include <parley/syscall.h>

#define WANT_PAGES 16u /* asked for at a time */

struct pager *pager_of(struct space *s)
{
	if (!s->pager) {
		s->pager = heap_new(struct pager);
		if (!s->pager)
			return NULL;
		list_init(&s->pager->wanted);
		s->pager->references = 1;
	}
	return s->pager;
}

void pager_put(struct pager *p)
{
	if (--p->references == 0)
		heap_delete(p);
}

void pager_take_over(struct memobj *o, struct pager *p, const struct pager_call *call)
{
	struct pager *before = o->pager;

	list_for_each (node, &o->wanted) {
		struct wanted *w = list_entry(node, struct wanted, beside);

		if (list_linked(&w->node))
			list_remove(&w->node);
		list_push_back(&p->wanted, &w->node);
	}
	p->references++;
	o->pager = p;
	if (before)
		pager_put(before);
	slot_delete(o->event);
	o->event = call->event;
	o->bits = call->bits;
	o->name = call->name;
	o->refused_count = 0;
	memobj_lose(o);
	if (!list_empty(&o->wanted))
		os_event_signal(o->event, o->bits);
}

static struct wanted *wanted_find(struct memobj *o, uint64_t page)
{
	list_for_each (node, &o->wanted) {
		struct wanted *w = list_entry(node, struct wanted, beside);

		if (w->first <= page && page < w->first + w->count)
			return w;
	}
	return NULL;
}

int64_t pager_want(struct memobj *o, uint64_t page, uint32_t access)
{
	struct wanted *w = wanted_find(o, page);
	uint64_t first = page & ~(WANT_PAGES - 1ull), end = min(first + WANT_PAGES, o->pages);

	if (page - o->refused_first < o->refused_count)
		return -EFAULT;
	if (w) {
		w->access |= access;
		return SYS_LATER;
	}
	w = heap_new(struct wanted);
	if (!w)
		return -ENOMEM;
	for (uint64_t p = page; p > first; p--) {
		if (leaf_at(leaf_find(&o->leaves, p - 1), p - 1))
			first = p;
	}
	for (uint64_t p = page; p < end; p++) {
		if (leaf_at(leaf_find(&o->leaves, p), p))
			end = p;
	}
	w->object = o;
	w->first = first;
	w->count = end - first;
	w->access = access;
	list_push_back(&o->wanted, &w->beside);
	list_push_back(&o->pager->wanted, &w->node);
	os_event_signal(o->event, o->bits);
	return SYS_LATER;
}

struct wanted *pager_next(struct pager *p)
{
	struct list_node *node = list_pop_front(&p->wanted);

	return node ? list_entry(node, struct wanted, node) : NULL;
}

/* What is wanted shrinks by what has come. */
static void satisfied(struct memobj *o, uint64_t first, uint64_t count)
{
	struct list_node *node = list_first(&o->wanted);

	while (node) {
		struct wanted *w = list_entry(node, struct wanted, beside);
		uint64_t end = w->first + w->count;

		node = list_next(&o->wanted, node);
		if (first <= w->first && first + count > w->first) {
			w->first = min(end, first + count);
			w->count = end - w->first;
		} else if (first < end && first + count >= end) {
			w->count = first - w->first;
		}
		if (w->count == 0)
			wanted_free(w);
	}
}

int pager_supply(struct memobj *o, uint64_t page, cap_t slot, unsigned order)
{
	struct chunk *c;
	struct mapping *m;
	int error = chunk_foreign(slot, order, &c);

	if (error < 0)
		return error;
	c->object = true;
	m = mapping_new(c, page);
	if (!m) {
		chunk_put(c);
		return -ENOMEM;
	}
	for (uint64_t p = page; p < min(page + ((uint64_t)1 << order), o->pages); p++) {
		struct leaf *leaf = leaf_get(&o->leaves, p);

		if (leaf && !leaf_at(leaf, p))
			leaf_set(leaf, p, m);
	}
	satisfied(o, page, 1ull << order);
	if (m->live == 0) {
		mapping_free(m);
		return -EEXIST;
	}
	return 0;
}

void pager_refuse(struct memobj *o, uint64_t first, uint64_t count)
{
	o->refused_first = first;
	o->refused_count = count;
	satisfied(o, first, count);
	memobj_wake(o);
}
