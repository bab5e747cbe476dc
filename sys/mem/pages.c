/* SPDX-License-Identifier: 0BSD */
/* pages.c: mapping, protecting and taking away pages.
 *
 * Invariants. A mapping without a slot is not in the VSpace. One with a slot has all its live pages mapped, each with
 * what pages_prot says or with less (never with more): what is missing comes with the next fault. A chunk that several
 * mappings refer to is writable nowhere, but in shared regions.
 */
#include "mem/pages.h"

#include "lib/bits.h"
#include "mem/slot.h"

#include <abi/memory.h>
#include <parley/syscall.h>

#define FEED_LOG2     16u
#define FEED_LOG2_MAX 20u

uint32_t pages_prot(const struct region *r, const struct mapping *m)
{
	if (r->flags & REGION_SHARED || (!m->chunk->object && m->chunk->references == 1))
		return r->prot;
	return r->prot & ~(uint32_t)PROT_WRITE;
}

static int attach(struct mapping *m)
{
	struct chunk *c = m->chunk;

	if (m->slot)
		return 0;
	if (c->slot_used)
		return slot_copy(c->slot, RIGHTS_ALL, &m->slot);
	c->slot_used = true;
	m->slot = c->slot;
	return 0;
}

static void detach(struct mapping *m, bool gone)
{
	struct chunk *c = m->chunk;

	if (!m->slot)
		return;
	if (m->slot == c->slot) {
		if (!gone)
			os_extent_unmap(m->slot, 0, chunk_pages(c));
		c->slot_used = false;
	} else {
		slot_delete(m->slot);
	}
	m->slot = 0;
}

void pages_release(struct mapping *m, bool gone)
{
	detach(m, gone);
	mapping_free(m);
}

/* More page tables. There is room for sixteen runs, so they grow: 64 KiB to 1 MiB. */
int pages_feed(struct space *s)
{
	unsigned log2 = min(FEED_LOG2 + s->feed_count / 2, FEED_LOG2_MAX);
	int r = kobj_feed(&s->vspace, &s->feeds, log2);

	if (r == -ENOMEM && log2 > FEED_LOG2)
		r = kobj_feed(&s->vspace, &s->feeds, FEED_LOG2);
	if (r == 0)
		s->feed_count++;
	return r;
}

int pages_map(struct space *s, struct mapping *m, uint64_t first, uint64_t count, uint32_t prot)
{
	int64_t r = attach(m);

	if (r < 0)
		return (int)r;
	do
		r = os_extent_map(m->slot, s->vspace.slot, m->base * PAGE_BYTES, first - m->base, count, prot);
	while (r == -ENOMEM && pages_feed(s) == 0);
	if (prot & PROT_WRITE)
		m->writable = true;
	return (int)r;
}

int pages_zero(struct space *s, struct region *r, uint64_t page, unsigned max_order, struct mapping **out)
{
	struct leaf *leaf = leaf_get(&s->leaves, page);
	unsigned order;
	struct chunk *c;
	struct mapping *m;
	uint64_t first;

	if (!leaf)
		return -ENOMEM;
	order = pagemap_gap(leaf, page, region_start(r), r->end, max_order);
	if (chunk_new(order, r->flags & REGION_RESERVED ? NULL : s->account, &c) < 0 &&
	    (order == 0 || chunk_new(order = 0, r->flags & REGION_RESERVED ? NULL : s->account, &c) < 0))
		goto no_chunk;
	chunk_zero(c, 0, chunk_pages(c));
	first = page & ~((1ull << order) - 1);
	m = mapping_new(c, first);
	if (!m)
		goto no_mapping;
	for (uint64_t p = first; p < first + (1ull << order); p++)
		leaf_set(leaf, p, m);
	s->resident_pages += 1ull << order;
	s->resident_max = max(s->resident_max, s->resident_pages);
	*out = m;
	return 0;
no_mapping:
	chunk_put(c);
no_chunk:
	leaf_trim(&s->leaves, leaf);
	return -ENOMEM;
}

/* ---- taking away ---- */

/* The end of the run of entries from FIRST on that are M. */
static uint64_t run_end(const struct leaf *leaf, uint64_t first, uint64_t end, const struct mapping *m)
{
	while (first < end && leaf_at(leaf, first) == m)
		first++;
	return first;
}

void pages_clear(struct space *s, struct leaf *leaf, uint64_t first, uint64_t end, bool gone)
{
	while (first < end) {
		struct mapping *m = leaf_at(leaf, first);
		uint64_t run = run_end(leaf, first, end, m);

		if (!m) {
			first = run;
			continue;
		}
		s->resident_pages -= run - first;
		if (!gone && m->slot && m->live > run - first)
			os_extent_unmap(m->slot, first - m->base, run - first);
		for (; first < run; first++)
			leaf_clear(leaf, first);
		if (m->live == 0)
			pages_release(m, gone);
	}
}

/* ---- protecting ---- */

/* The end of the run from FIRST on of mapped pages that get PROT. */
static uint64_t same_prot(const struct region *r, const struct leaf *leaf, uint64_t first, uint64_t end, uint32_t prot)
{
	while (first < end) {
		struct mapping *m = leaf_at(leaf, first);

		if (!m || !m->slot || pages_prot(r, m) != prot)
			break;
		if (prot & PROT_WRITE)
			m->writable = true;
		first++;
	}
	return first;
}

int pages_protect(struct space *s, struct region *r, struct leaf *leaf, uint64_t first, uint64_t end)
{
	while (first < end) {
		struct mapping *m = leaf_at(leaf, first);
		uint64_t run;
		int64_t error;

		if (!m || !m->slot) {
			first++;
			continue;
		}
		run = same_prot(r, leaf, first, end, pages_prot(r, m));
		error = os_vspace_protect(s->vspace.slot, first * PAGE_BYTES, run - first, pages_prot(r, m));
		if (error < 0)
			return (int)error;
		first = run;
	}
	return 0;
}
