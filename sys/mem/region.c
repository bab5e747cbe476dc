/* SPDX-License-Identifier: 0BSD */
/* region.c: the tree of regions of an address space. */
#include "mem/region.h"

#include "lib/bits.h"
#include "mem/heap.h"
#include "mem/object.h"

#include <proto/layout.h>

static struct region *region_of(struct tree_node *node) { return node ? tree_entry(node, struct region, node) : NULL; }

struct region *region_next(struct region *r) { return region_of(tree_next(&r->node)); }

/* The last region that starts at or below PAGE. */
static struct region *region_below(struct space *s, uint64_t page)
{
	struct tree_node *at = s->regions.root, *best = NULL;

	while (at) {
		if (at->key <= page) {
			best = at;
			at = at->child[1];
		} else {
			at = at->child[0];
		}
	}
	return region_of(best);
}

struct region *region_find(struct space *s, uint64_t page)
{
	struct region *r = s->last;

	if (r && region_start(r) <= page && page < r->end)
		return r;
	r = region_below(s, page);
	if (!r || page >= r->end)
		return NULL;
	s->last = r;
	return r;
}

struct region *region_from(struct space *s, uint64_t page)
{
	struct region *r = region_below(s, page);

	if (r && page < r->end)
		return r;
	return region_of(tree_lower_bound(&s->regions, page));
}

int region_new(struct space *s, const struct region *like, uint64_t start, uint64_t end, struct region **out)
{
	struct region *r = heap_new(struct region);

	if (!r)
		return -ENOMEM;
	if (like->flags & REGION_RESERVED && account_charge(s->account, ACCOUNT_IS_MEMORY, end - start) < 0) {
		heap_delete(r);
		return -ENOMEM;
	}
	r->end = end;
	r->prot = like->prot;
	r->flags = like->flags;
	r->offset = like->offset;
	r->space = s;
	if (like->object) {
		r->object = memobj_get(like->object);
		list_push_back(&r->object->regions, &r->beside);
	}
	tree_insert(&s->regions, &r->node, start);
	s->pages += end - start;
	*out = r;
	return 0;
}

void region_delete(struct region *r)
{
	struct space *s = r->space;

	s->pages -= region_pages(r);
	if (r->flags & REGION_RESERVED)
		account_uncharge(s->account, ACCOUNT_IS_MEMORY, region_pages(r));
	if (r->object) {
		list_remove(&r->beside);
		memobj_put(r->object);
	}
	tree_remove(&s->regions, &r->node);
	if (s->last == r)
		s->last = NULL;
	heap_delete(r);
}

int region_cut(struct space *s, uint64_t page)
{
	struct region *r = region_find(s, page), *rest;

	if (!r || region_start(r) == page)
		return 0;
	rest = heap_new(struct region);
	if (!rest)
		return -ENOMEM;
	rest->end = r->end;
	rest->prot = r->prot;
	rest->flags = r->flags;
	rest->space = s;
	rest->offset = r->offset + (page - region_start(r));
	if (r->object) {
		rest->object = memobj_get(r->object);
		list_push_back(&r->object->regions, &rest->beside);
	}
	r->end = page;
	tree_insert(&s->regions, &rest->node, page);
	return 0;
}

void region_shrink(struct region *r, uint64_t start, uint64_t end)
{
	struct space *s = r->space;
	uint64_t first = region_start(r);

	s->pages -= region_pages(r) - (end - start);
	if (r->flags & REGION_RESERVED)
		account_uncharge(s->account, ACCOUNT_IS_MEMORY, region_pages(r) - (end - start));
	r->end = end;
	if (start == first)
		return;
	r->offset += start - first;
	tree_remove(&s->regions, &r->node);
	tree_insert(&s->regions, &r->node, start);
}

static bool alike(const struct region *a, const struct region *b)
{
	return a && b && a->end == region_start(b) && a->prot == b->prot && a->flags == b->flags &&
	       a->object == b->object && (!a->object || a->offset + region_pages(a) == b->offset);
}

/* B's addresses become A's. */
static void absorb(struct region *a, struct region *b)
{
	a->end = b->end;
	if (b->object) {
		list_remove(&b->beside);
		memobj_put(b->object);
	}
	tree_remove(&b->space->regions, &b->node);
	if (b->space->last == b)
		b->space->last = NULL;
	heap_delete(b);
}

void region_join(struct region *r)
{
	struct region *before = region_start(r) ? region_below(r->space, region_start(r) - 1) : NULL;
	struct region *after = region_next(r);

	if (alike(r, after))
		absorb(r, after);
	if (alike(before, r))
		absorb(before, r);
}

/* The first gap of PAGES at or above FROM. */
static uint64_t gap_from(struct space *s, uint64_t from, uint64_t pages)
{
	uint64_t end = LAYOUT_MMAP_MAX / PAGE_BYTES;
	struct region *r = region_from(s, from);

	while (from + pages <= end) {
		if (!r || region_start(r) >= from + pages)
			return from;
		from = max(from, r->end);
		r = region_next(r);
	}
	return 0;
}

uint64_t region_room(struct space *s, uint64_t pages)
{
	uint64_t low = LAYOUT_MMAP_MIN / PAGE_BYTES, at;

	if (pages > (LAYOUT_MMAP_MAX - LAYOUT_MMAP_MIN) / PAGE_BYTES)
		return 0;
	at = gap_from(s, max(s->hint, low), pages);
	if (!at)
		at = gap_from(s, low, pages);
	if (at)
		s->hint = at + pages;
	return at;
}
