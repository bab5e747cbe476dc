/* SPDX-License-Identifier: 0BSD */
/* resolve.c: what happens when a page is touched.
 *
 * Demand zero: 16 KiB around the page, doubling up to 64 KiB while pages are touched in order. Copy on write: a private
 * page whose chunk others refer to is copied, with its neighbours of the same 16 KiB; the last who refers to a chunk
 * just gets it back writable. Pages of objects are mapped with those around them that are there.
 */
#include "lib/bits.h"
#include "mem/pages.h"

#include <abi/memory.h>

#define FIRST_ORDER 2u	/* 16 KiB */
#define COPY_PAGES  4u	/* copied at a time */
#define AROUND	    16u /* pages of an object mapped at a time */

static struct account *payer(struct space *s, struct region *r)
{
	return r->flags & REGION_RESERVED ? NULL : s->account;
}

/* Maps all neighbours of PAGE that are M, too, and lie in R. */
static int map_present(struct space *s, struct region *r, struct leaf *leaf, uint64_t page, struct mapping *m)
{
	uint64_t low = max(leaf_start(leaf), region_start(r)), high = min(leaf_end(leaf), r->end);
	uint64_t first = page, end = page + 1;

	while (first > low && leaf_at(leaf, first - 1) == m)
		first--;
	while (end < high && leaf_at(leaf, end) == m)
		end++;
	return pages_map(s, m, first, end - first, pages_prot(r, m));
}

static int zero(struct space *s, struct region *r, uint64_t page)
{
	struct mapping *m;
	int error;

	if (page == r->next)
		r->order = min(r->order + 1, (unsigned)CHUNK_ORDER_MAX);
	else
		r->order = FIRST_ORDER;
	error = pages_zero(s, r, page, r->order, &m);
	if (error < 0)
		return error;
	r->next = m->base + chunk_pages(m->chunk);
	return pages_map(s, m, m->base, chunk_pages(m->chunk), pages_prot(r, m));
}

/* ---- copying ---- */

/* Which pages around PAGE are copied with it: those of the same aligned COPY_PAGES for which the same source holds. */
struct copy {
	uint64_t first, end;
	struct chunk *from;
	uint64_t from_base; /* page number of its page 0 here */
};

/* Puts the copy in place of what was there. */
static int replace(struct space *s, struct region *r, struct leaf *leaf, const struct copy *c, struct mapping **out)
{
	unsigned count = (unsigned)(c->end - c->first);
	struct chunk *to;
	struct mapping *m;
	int error;

	if (chunk_new(log2_ceil(count), payer(s, r), &to) < 0)
		return -ENOMEM;
	error = chunk_copy(to, 0, c->from, (uint32_t)(c->first - c->from_base), count);
	if (error < 0) {
		chunk_put(to);
		return error;
	}
	m = mapping_new(to, c->first);
	if (!m) {
		chunk_put(to);
		return -ENOMEM;
	}
	for (uint64_t p = c->first; p < c->end; p++) {
		struct mapping *old = leaf_at(leaf, p) ? leaf_clear(leaf, p) : NULL;

		leaf_set(leaf, p, m);
		if (!old)
			s->resident_pages++;
		else if (old->live == 0)
			pages_release(old, false);
	}
	*out = m;
	return 0;
}

/* A page that is there, but shared with other spaces. */
static int copy_shared(struct space *s, struct region *r, struct leaf *leaf, uint64_t page, struct mapping **m)
{
	struct copy c = {.first = page, .end = page + 1, .from = (*m)->chunk, .from_base = (*m)->base};
	uint64_t block = page & ~(COPY_PAGES - 1ull);
	bool all = block >= region_start(r) && block + COPY_PAGES <= r->end;

	for (uint64_t p = block; all && p < block + COPY_PAGES; p++)
		all = leaf_at(leaf, p) == *m;
	if (all) {
		c.first = block;
		c.end = block + COPY_PAGES;
	}
	return replace(s, r, leaf, &c, m);
}

/* Whether page P of R is in the object's chunk OM, and here nothing else. */
static bool copyable(struct region *r, const struct leaf *leaf, uint64_t p, const struct mapping *om)
{
	uint64_t opage = r->offset + (p - region_start(r));
	const struct mapping *here = leaf_at(leaf, p);

	return leaf_at(leaf_find(&r->object->leaves, opage), opage) == om && (!here || here->chunk == om->chunk);
}

/* A page of an object that is written in a private region. */
static int copy_object(struct space *s, struct region *r, struct leaf *leaf, uint64_t page, const struct mapping *om,
		       struct mapping **out)
{
	uint64_t shift = r->offset - region_start(r); /* page number there = here + shift */
	struct copy c = {.first = page, .end = page + 1, .from = om->chunk, .from_base = om->base - shift};
	uint64_t block = page & ~(COPY_PAGES - 1ull);
	bool all = block >= region_start(r) && block + COPY_PAGES <= r->end;

	for (uint64_t p = block; all && p < block + COPY_PAGES; p++)
		all = copyable(r, leaf, p, om);
	if (all) {
		c.first = block;
		c.end = block + COPY_PAGES;
	}
	return replace(s, r, leaf, &c, out);
}

/* ---- objects ---- */

/* A mapping of this chunk at this place that the leaf has already. */
static struct mapping *find_mapping(const struct leaf *leaf, const struct chunk *c, uint64_t base)
{
	if (!leaf->used)
		return NULL;
	for (unsigned i = 0; i < LEAF_PAGES; i++) {
		struct mapping *m = leaf->page[i];

		if (m && m->chunk == c && m->base == base)
			return m;
	}
	return NULL;
}

/* Maps what of the object's chunk OM is around PAGE. */
static int map_object(struct space *s, struct region *r, struct leaf *leaf, uint64_t page, const struct mapping *om)
{
	uint64_t shift = r->offset - region_start(r), base = om->base - shift;
	uint64_t low = max(page & ~((uint64_t)AROUND - 1), region_start(r)),
		 high = min((page | (AROUND - 1)) + 1, r->end);
	uint64_t first = page, end = page + 1;
	const struct leaf *there = leaf_find(&r->object->leaves, page + shift);
	struct mapping *m = find_mapping(leaf, om->chunk, base);

	if (base > page)
		return -EFAULT; /* its page 0 would lie below address 0 */
	while (first > low && page + shift - (page - first) > leaf_start(there) && !leaf_at(leaf, first - 1) &&
	       leaf_at(there, first - 1 + shift) == om)
		first--;
	while (end < high && end + shift < leaf_end(there) && !leaf_at(leaf, end) && leaf_at(there, end + shift) == om)
		end++;
	if (!m) {
		om->chunk->references++;
		m = mapping_new(om->chunk, base);
		if (!m) {
			om->chunk->references--;
			return -ENOMEM;
		}
	}
	for (uint64_t p = first; p < end; p++)
		leaf_set(leaf, p, m);
	s->resident_pages += end - first;
	s->resident_max = max(s->resident_max, s->resident_pages);
	return pages_map(s, m, first, end - first, pages_prot(r, m));
}

static int64_t from_object(struct space *s, struct region *r, uint64_t page, uint32_t access, bool own,
			   struct mapping **out)
{
	uint64_t opage = r->offset + (page - region_start(r));
	struct mapping *om;
	struct leaf *leaf;
	int64_t error = memobj_page(r->object, opage, access, &om);

	if (error)
		return error;
	leaf = leaf_get(&s->leaves, page);
	if (!leaf)
		return -ENOMEM;
	if (own || (access & PROT_WRITE && !(r->flags & REGION_SHARED))) {
		error = copy_object(s, r, leaf, page, om, out);
		if (error == 0)
			error = map_present(s, r, leaf, page, *out);
	} else {
		error = map_object(s, r, leaf, page, om);
	}
	leaf_trim(&s->leaves, leaf);
	return error;
}

/* ---- entry points ---- */

static int64_t resolve(struct space *s, struct region *r, uint64_t page, uint32_t access)
{
	struct leaf *leaf = leaf_find(&s->leaves, page);
	struct mapping *m = leaf_at(leaf, page);
	bool shared = r->flags & REGION_SHARED;

	if (!m) {
		if (r->object)
			return from_object(s, r, page, access, false, &m);
		return zero(s, r, page);
	}
	if (access & PROT_WRITE && !shared) {
		if (m->chunk->object)
			return from_object(s, r, page, access, false, &m);
		if (m->chunk->references > 1) {
			int error = copy_shared(s, r, leaf, page, &m);

			if (error < 0)
				return error;
		}
	}
	return map_present(s, r, leaf, page, m);
}

/* A pager's Extents end with it, and the pages that it supplied: they are wanted anew, of the one after it. */
static bool has_lost_pages(struct region *r, int64_t error)
{
	if (error != -EBADF || !r->object || !r->object->pager)
		return false;
	memobj_lose(r->object);
	return true;
}

int64_t pages_resolve(struct space *s, struct region *r, uint64_t page, uint32_t access)
{
	int64_t status = resolve(s, r, page, access);

	return has_lost_pages(r, status) ? resolve(s, r, page, access) : status;
}

int64_t pages_own(struct space *s, struct region *r, uint64_t page, struct mapping **out)
{
	struct leaf *leaf = leaf_find(&s->leaves, page);
	struct mapping *m = leaf_at(leaf, page);
	int64_t error = 0;

	if (r->flags & REGION_SHARED)
		return -EFAULT;
	if (!m || m->chunk->object) {
		if (r->object)
			error = from_object(s, r, page, PROT_WRITE, true, &m);
		else
			error = pages_zero(s, r, page, FIRST_ORDER, &m);
	} else if (m->chunk->references > 1) {
		error = copy_shared(s, r, leaf, page, &m);
		if (error == 0)
			error = map_present(s, r, leaf, page, m);
	}
	if (error == 0)
		*out = m;
	return error;
}
