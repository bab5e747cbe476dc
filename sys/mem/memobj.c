/* SPDX-License-Identifier: 0BSD */
/* memobj.c: memory objects: their pages, and how long they live. */
#include "lib/bits.h"
#include "main/request.h"
#include "mem/fault.h"
#include "mem/heap.h"
#include "mem/object.h"
#include "mem/pages.h"
#include "mem/slot.h"
#include "mem/task.h"

#include <parley/syscall.h>

#define FILL_ORDER    2u
#define LEAVES_A_STEP 8u

static uint32_t last_id;

static int teardown_step(struct work *w);
static int wake_step(struct work *w);

int memobj_new(struct account *account, uint64_t length, struct memobj **out)
{
	struct memobj *o = heap_new(struct memobj);

	if (!o)
		return -ENOMEM;
	handle_init(&o->handle, HANDLE_MEMOBJ);
	o->id = ++last_id;
	o->references = 1;
	o->account = account_get(account);
	o->pages = align_up(length, PAGE_BYTES) / PAGE_BYTES;
	o->event = CAP_NONE;
	list_init(&o->regions);
	list_init(&o->wanted);
	list_init(&o->waiters);
	o->wake.step = wake_step;
	o->teardown.step = teardown_step;
	*out = o;
	return 0;
}

struct memobj *memobj_get(struct memobj *o)
{
	o->references++;
	return o;
}

uint32_t memobj_id(const struct memobj *o) { return o->id; }

static void object_clear(struct memobj *o, struct leaf *leaf, uint64_t first)
{
	for (uint64_t p = max(first, leaf_start(leaf)); p < leaf_end(leaf); p++) {
		struct mapping *m = leaf_at(leaf, p);

		if (!m)
			continue;
		leaf_clear(leaf, p);
		if (m->live == 0)
			mapping_free(m);
	}
	leaf_trim(&o->leaves, leaf);
}

void wanted_free(struct wanted *w)
{
	list_remove(&w->beside);
	if (list_linked(&w->node))
		list_remove(&w->node);
	heap_delete(w);
}

static int teardown_step(struct work *work)
{
	struct memobj *o = container_of(work, struct memobj, teardown);
	struct leaf *leaf;

	for (unsigned i = 0; i < LEAVES_A_STEP; i++) {
		leaf = leaf_from(&o->leaves, 0);
		if (!leaf)
			break;
		object_clear(o, leaf, 0);
	}
	if (leaf_from(&o->leaves, 0))
		return SYS_MORE;
	while (!list_empty(&o->wanted))
		wanted_free(list_entry(list_first(&o->wanted), struct wanted, beside));
	work_remove(&o->wake);
	slot_delete(o->event);
	if (o->pager)
		pager_put(o->pager);
	account_put(o->account);
	heap_delete(o);
	return 0;
}

void memobj_put(struct memobj *o)
{
	if (--o->references)
		return;
	handle_close(&o->handle);
	work_add(&o->teardown);
}

/* Nobody can supply what has no handle: whoever waits for a page shall not wait for ever. */
void memobj_gone(struct handle *h)
{
	struct memobj *o = container_of(h, struct memobj, handle);

	if (o->pager)
		pager_refuse(o, 0, UINT64_MAX);
	memobj_put(o);
}

struct memobj *memobj_of(cap_t slot)
{
	struct handle *h = handle_of(slot, HANDLE_MEMOBJ);

	return h ? container_of(h, struct memobj, handle) : NULL;
}

int memobj_open(struct memobj *o, cap_t *slot)
{
	bool first = !o->handle.connection;
	int r = handle_open(&o->handle, slot);

	if (r == 0 && first)
		memobj_get(o);
	return r;
}

/* ---- pages ---- */

static int fill(struct memobj *o, uint64_t page, struct mapping **out)
{
	struct leaf *leaf = leaf_get(&o->leaves, page);
	unsigned order;
	struct chunk *c;
	uint64_t first;

	if (!leaf)
		return -ENOMEM;
	order = pagemap_gap(leaf, page, 0, o->pages, FILL_ORDER);
	if (chunk_new(order, o->account, &c) < 0) {
		leaf_trim(&o->leaves, leaf);
		return -ENOMEM;
	}
	chunk_zero(c, 0, chunk_pages(c));
	c->object = true;
	first = page & ~((1ull << order) - 1);
	*out = mapping_new(c, first);
	if (!*out) {
		chunk_put(c);
		leaf_trim(&o->leaves, leaf);
		return -ENOMEM;
	}
	for (uint64_t p = first; p < first + (1ull << order); p++)
		leaf_set(leaf, p, *out);
	return 0;
}

int64_t memobj_page(struct memobj *o, uint64_t page, uint32_t access, struct mapping **m)
{
	*m = leaf_at(leaf_find(&o->leaves, page), page);
	if (*m)
		return 0;
	if (page >= o->pages)
		return -EFAULT;
	if (!o->pager)
		return fill(o, page, m);
	return pager_want(o, page, access);
}

int64_t memobj_wait(struct memobj *o, struct task *t, struct request *q)
{
	struct parked *p = request_park(q, t, fault_notice);

	if (!p)
		return -ENOMEM;
	t->fault = p;
	t->waits_for = o;
	list_push_back(&o->waiters, &t->waiting);
	return SYS_LATER;
}

/* Looks again at all who waited when it began, a few a step: those who still lack something wait anew. */
static int wake_step(struct work *w)
{
	struct memobj *o = container_of(w, struct memobj, wake);

	for (unsigned i = 0; i < 4 && o->wake_count > 0; i++) {
		struct list_node *node = list_first(&o->waiters);

		o->wake_count = node ? o->wake_count - 1 : 0;
		if (node)
			fault_again(list_entry(node, struct task, waiting));
	}
	return o->wake_count > 0 ? SYS_MORE : 0;
}

void memobj_wake(struct memobj *o)
{
	o->wake_count = 0;
	list_for_each (node, &o->waiters)
		o->wake_count++;
	if (!work_pending(&o->wake))
		work_add(&o->wake);
}

/* Pages of the object in R, not those that R has copied. */
static void region_lose_object(struct region *r)
{
	uint64_t at = region_start(r);
	struct leaf *leaf;

	while (at < r->end && (leaf = leaf_from(&r->space->leaves, at)) && leaf_start(leaf) < r->end) {
		for (at = max(at, leaf_start(leaf)); at < min(r->end, leaf_end(leaf)); at++) {
			struct mapping *m = leaf_at(leaf, at);

			if (m && m->chunk->object)
				pages_clear(r->space, leaf, at, at + 1, false);
		}
		leaf_trim(&r->space->leaves, leaf);
	}
}

void memobj_lose(struct memobj *o)
{
	struct leaf *leaf;

	list_for_each (node, &o->regions)
		region_lose_object(list_entry(node, struct region, beside));
	while ((leaf = leaf_from(&o->leaves, 0)) != NULL)
		object_clear(o, leaf, 0);
}

/* ---- length ---- */

/* Takes the pages of the object from FIRST on away from R. */
static void region_lose(struct region *r, uint64_t first)
{
	uint64_t at = region_start(r) + (first > r->offset ? first - r->offset : 0);

	while (at < r->end) {
		struct leaf *leaf = leaf_from(&r->space->leaves, at);

		if (!leaf || leaf_start(leaf) >= r->end)
			return;
		at = max(at, leaf_start(leaf));
		pages_clear(r->space, leaf, at, min(r->end, leaf_end(leaf)), false);
		at = leaf_end(leaf);
		leaf_trim(&r->space->leaves, leaf);
	}
}

/* POSIX: what was beyond the end reads as zero after the file grows again; so a page that is cut loses its rest. */
static void cut_last(struct memobj *o, uint64_t length)
{
	uint64_t page = length / PAGE_BYTES, within = length % PAGE_BYTES;
	struct mapping *m = leaf_at(leaf_find(&o->leaves, page), page);

	if (!within || !m || !m->chunk->frame || o->pager)
		return;
	__builtin_memset((char *)chunk_window(m->chunk, (uint32_t)(page - m->base)) + within, 0, PAGE_BYTES - within);
}

void memobj_resize(struct memobj *o, uint64_t length)
{
	uint64_t pages = align_up(length, PAGE_BYTES) / PAGE_BYTES;
	bool shorter = pages < o->pages;
	struct leaf *leaf;

	o->pages = pages;
	cut_last(o, length);
	if (!shorter)
		return;
	list_for_each (node, &o->regions)
		region_lose(list_entry(node, struct region, beside), pages);
	leaf = leaf_find(&o->leaves, pages);
	if (leaf)
		object_clear(o, leaf, pages);
	while ((leaf = leaf_from(&o->leaves, align_up(pages, LEAF_PAGES))) != NULL)
		object_clear(o, leaf, pages);
	memobj_wake(o);
}
