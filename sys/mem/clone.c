/* SPDX-License-Identifier: 0BSD */
/* clone.c: fork: an address space becomes two that share their private pages until one writes.
 *
 * First the regions, then leaf by leaf what is in them: the copy refers to the same chunks and maps nothing (what it
 * touches is mapped then), and the origin's pages become read-only. Pages of objects are left out: they come from the
 * object again.
 */
#include "lib/bits.h"
#include "mem/heap.h"
#include "mem/pages.h"

#include <abi/memory.h>
#include <parley/syscall.h>

#define REGIONS_A_STEP 16u
#define LEAVES_A_STEP  4u

int space_clone_begin(struct space_clone *c, struct space *from, struct account *account)
{
	int r;

	*c = (struct space_clone){.from = from};
	r = space_new(account, &c->to);
	if (r == 0)
		*c->to->control = *from->control;
	return r;
}

void space_clone_cancel(struct space_clone *c)
{
	if (c->to)
		space_put(c->to);
	c->to = NULL;
}

/* A region that came into being while the clone was going on is found when its leaves are. */
static int clone_region(struct space *to, struct region *r)
{
	struct region *copy;

	if (r->flags & REGION_FORKLESS || region_find(to, region_start(r)))
		return 0;
	return region_new(to, r, region_start(r), r->end, &copy);
}

static int clone_regions(struct space_clone *c)
{
	for (unsigned i = 0; i < REGIONS_A_STEP; i++) {
		struct region *r = region_from(c->from, c->at);
		int error;

		if (!r) {
			c->protecting = true;
			c->at = 0;
			c->to->hint = c->from->hint;
			return SYS_MORE;
		}
		error = clone_region(c->to, r);
		if (error < 0)
			return error;
		c->at = r->end;
	}
	return SYS_MORE;
}

/* One entry more for the copy. */
static int share(struct space *to, struct leaf **leaf, uint64_t page, struct mapping *m)
{
	if (!*leaf)
		*leaf = leaf_get(&to->leaves, page);
	if (!*leaf)
		return -ENOMEM;
	if (leaf_at(*leaf, page))
		return 0;
	if (!m->twin) {
		m->twin = mapping_new(m->chunk, m->base);
		if (!m->twin)
			return -ENOMEM;
		m->chunk->references++;
	}
	leaf_set(*leaf, page, m->twin);
	to->resident_pages++;
	return 0;
}

/* Whether the copy gets what R has in M. */
static bool shareable(const struct region *r, const struct mapping *m)
{
	return m && !m->chunk->object && !(r->flags & (REGION_SHARED | REGION_FORKLESS | REGION_OWNER));
}

static void forget_twins(struct leaf *leaf, bool readonly)
{
	for (unsigned i = 0; i < LEAF_PAGES; i++) {
		struct mapping *m = leaf->page[i];

		if (!m || !m->twin)
			continue;
		m->twin = NULL;
		if (readonly)
			m->writable = false;
	}
}

/* Takes the right to write from the pages of R in [first, end). */
static int make_readonly(struct space *s, struct region *r, struct leaf *leaf, uint64_t first, uint64_t end)
{
	bool any = false;

	for (uint64_t p = first; p < end; p++) {
		struct mapping *m = leaf_at(leaf, p);

		if (!shareable(r, m) || !m->slot || !m->writable)
			continue;
		any = true;
	}
	if (!any)
		return 0;
	return pages_protect(s, r, leaf, first, end);
}

static int clone_leaf(struct space_clone *c, struct leaf *leaf)
{
	uint64_t page = leaf_start(leaf), end = leaf_end(leaf);
	struct leaf *copy = NULL;
	int error = 0;

	while (page < end && error == 0) {
		struct region *r = region_from(c->from, page);
		uint64_t stop, first;

		if (!r || region_start(r) >= end)
			break;
		first = max(page, region_start(r));
		stop = min(end, r->end);
		for (page = first; page < stop && error == 0; page++)
			if (shareable(r, leaf_at(leaf, page)))
				error = share(c->to, &copy, page, leaf_at(leaf, page));
		if (error == 0)
			error = make_readonly(c->from, r, leaf, first, stop);
	}
	forget_twins(leaf, error == 0);
	return error;
}

int space_clone_step(struct space_clone *c)
{
	int error = 0;

	if (!c->protecting)
		error = clone_regions(c);
	for (unsigned i = 0; error >= 0 && c->protecting && i < LEAVES_A_STEP; i++) {
		struct leaf *leaf = leaf_from(&c->from->leaves, c->at);

		if (!leaf) {
			c->to->resident_max = c->to->resident_pages;
			return 0;
		}
		error = clone_leaf(c, leaf);
		c->at = leaf_end(leaf);
	}
	if (error < 0) {
		space_clone_cancel(c);
		return error;
	}
	return SYS_MORE;
}
