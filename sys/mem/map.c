/* SPDX-License-Identifier: 0BSD */
/* map.c: making regions, and unmapping, protecting and populating ranges, in steps of a few leaves. */
#include "lib/bits.h"
#include "mem/heap.h"
#include "mem/pages.h"

#include <abi/memory.h>
#include <parley/syscall.h>
#include <proto/flags.h>
#include <proto/layout.h>

#define LEAVES_A_STEP 8u
#define PAGES_A_STEP  16u

#define ACCESS	      (PROT_READ | PROT_WRITE | PROT_EXEC)
/* Programs' own regions lie below the control area. */
#define OWN_END (LAYOUT_CONTROL / PAGE_BYTES)

static uint32_t region_flags(uint32_t flags)
{
	return (flags & MEM_SHARED ? REGION_SHARED : 0) | (flags & MEM_STACK ? REGION_STACK : 0) |
	       (flags & MEM_RESERVED ? REGION_RESERVED : 0);
}

bool space_range_valid(uint64_t address, uint64_t length)
{
	return address % PAGE_BYTES == 0 && length % PAGE_BYTES == 0 && length > 0 && address < OWN_END * PAGE_BYTES &&
	       length <= OWN_END * PAGE_BYTES - address;
}

/* Whether nothing lies in [first, end). */
static bool range_free(struct space *s, uint64_t first, uint64_t end)
{
	struct region *r = region_from(s, first);

	return !r || region_start(r) >= end;
}

static int find_place(struct space *s, uint64_t *address, uint64_t length, uint32_t flags)
{
	uint64_t pages = length / PAGE_BYTES, at;

	if (flags & MEM_FIXED) {
		if (*address == 0 || !space_range_valid(*address, length))
			return *address % PAGE_BYTES || *address == 0 ? -EINVAL : -ENOMEM;
		return range_free(s, *address / PAGE_BYTES, *address / PAGE_BYTES + pages) ? 0 : -EEXIST;
	}
	if (*address && space_range_valid(*address, length) &&
	    range_free(s, *address / PAGE_BYTES, *address / PAGE_BYTES + pages))
		return 0;
	at = region_room(s, pages);
	*address = at * PAGE_BYTES;
	return at ? 0 : -ENOMEM;
}

int space_map(struct space *s, uint64_t *address, uint64_t length, uint32_t prot, uint32_t flags, struct memobj *object,
	      uint64_t offset)
{
	struct region like = {.prot = prot, .flags = region_flags(flags), .object = object};
	struct region *r;
	int error;

	if (length == 0 || length % PAGE_BYTES || offset % PAGE_BYTES || prot & ~(uint32_t)ACCESS)
		return -EINVAL;
	if (offset + length < offset || length >= OWN_END * PAGE_BYTES)
		return -ENOMEM;
	error = find_place(s, address, length, flags);
	if (error < 0)
		return error;
	like.offset = offset / PAGE_BYTES;
	error = region_new(s, &like, *address / PAGE_BYTES, (*address + length) / PAGE_BYTES, &r);
	if (error == 0)
		region_join(r);
	return error;
}

/* Sees to it that so many page tables can be made. */
static int feed_tables(struct space *s, uint64_t tables)
{
	struct os_words info;
	int error = 0;

	while (error == 0 && os_vspace_info(s->vspace.slot, &info) == 0 && info.w[1] < tables) {
		unsigned log2 = log2_ceil(tables - info.w[1]) + PAGE_LOG2;

		error = kobj_feed(&s->vspace, &s->feeds, max(min(log2, 20u), 16u));
	}
	return error;
}

int space_reserve(struct space *s, uint64_t *address, uint64_t length)
{
	struct region like = {.flags = REGION_OWNER | REGION_FORKLESS};
	struct region *r;
	uint64_t at;
	int error;

	if (length == 0 || length % PAGE_BYTES || length >= OWN_END * PAGE_BYTES)
		return -EINVAL;
	at = region_room(s, length / PAGE_BYTES);
	if (!at)
		return -ENOMEM;
	/* The program cannot feed: what it may need is there beforehand. */
	error = feed_tables(s, length / (PAGE_BYTES * 512) + 4);
	if (error == 0)
		error = region_new(s, &like, at, at + length / PAGE_BYTES, &r);
	*address = at * PAGE_BYTES;
	return error;
}

/* ---- ranges ---- */

static void clear_range(struct space *s, uint64_t *at, uint64_t end, unsigned *budget)
{
	while (*budget > 0) {
		struct leaf *leaf = leaf_from(&s->leaves, *at);

		if (!leaf || leaf_start(leaf) >= end) {
			*at = end;
			return;
		}
		pages_clear(s, leaf, max(*at, leaf_start(leaf)), min(end, leaf_end(leaf)), false);
		*at = min(end, leaf_end(leaf));
		leaf_trim(&s->leaves, leaf);
		--*budget;
	}
}

/* The region loses [.., stop), of which nothing is left in the pages. */
static void remove_part(struct space *s, struct region *r, uint64_t stop)
{
	if (s->hint == stop && !(r->flags & REGION_FIXED))
		s->hint = region_start(r); /* last in, first out: page tables stay in use */
	if (stop == r->end)
		region_delete(r);
	else
		region_shrink(r, stop, r->end);
}

int space_unmap_step(struct space *s, uint64_t *at_bytes, uint64_t end_bytes)
{
	uint64_t at = *at_bytes / PAGE_BYTES, end = end_bytes / PAGE_BYTES;
	unsigned budget = LEAVES_A_STEP;
	int error = 0;

	while (at < end && budget > 0 && error == 0) {
		struct region *r = region_from(s, at);
		uint64_t stop;

		if (!r || region_start(r) >= end) {
			at = end;
			break;
		}
		at = max(at, region_start(r));
		error = region_cut(s, at);
		if (error < 0)
			break;
		r = region_find(s, at);
		stop = min(end, r->end);
		clear_range(s, &at, stop, &budget);
		if (at > region_start(r))
			remove_part(s, r, at);
	}
	*at_bytes = at * PAGE_BYTES;
	return error < 0 ? error : at < end ? SYS_MORE : 0;
}

static int protect_range(struct space *s, struct region *r, uint64_t *at, unsigned *budget)
{
	while (*budget > 0) {
		struct leaf *leaf = leaf_from(&s->leaves, *at);
		int error;

		if (!leaf || leaf_start(leaf) >= r->end) {
			*at = r->end;
			return 0;
		}
		error = pages_protect(s, r, leaf, max(*at, leaf_start(leaf)), min(r->end, leaf_end(leaf)));
		if (error == -ENOMEM)
			error = pages_feed(s);
		else
			*at = min(r->end, leaf_end(leaf));
		if (error < 0)
			return error;
		--*budget;
	}
	return 0;
}

/* ENOMEM for a hole, as POSIX says; what lies before it has been changed. */
int space_protect_step(struct space *s, uint64_t *at_bytes, uint64_t end_bytes, uint32_t prot)
{
	uint64_t at = *at_bytes / PAGE_BYTES, end = end_bytes / PAGE_BYTES;
	unsigned budget = LEAVES_A_STEP;
	int error = 0;

	if (prot & ~(uint32_t)ACCESS)
		return -EINVAL;
	while (at < end && budget > 0 && error == 0) {
		struct region *r = region_find(s, at);

		if (!r || r->flags & (REGION_FIXED | REGION_OWNER))
			return -ENOMEM;
		error = region_cut(s, at);
		if (error == 0)
			error = region_cut(s, end);
		if (error < 0)
			break;
		r = region_find(s, at);
		r->prot = prot;
		error = protect_range(s, r, &at, &budget);
		if (at == r->end)
			region_join(r);
	}
	*at_bytes = at * PAGE_BYTES;
	return error < 0 ? error : at < end ? SYS_MORE : 0;
}

int space_populate_step(struct space *s, uint64_t *at_bytes, uint64_t end_bytes)
{
	uint64_t at = *at_bytes / PAGE_BYTES, end = end_bytes / PAGE_BYTES;
	int64_t error = 0;

	for (unsigned i = 0; at < end && i < PAGES_A_STEP && error == 0; i++) {
		struct region *r = region_find(s, at);
		struct leaf *leaf = leaf_find(&s->leaves, at);

		if (!r)
			return -ENOMEM;
		if (!(r->prot & ACCESS) || r->flags & REGION_OWNER) {
			at = min(end, r->end);
			continue;
		}
		if (!leaf_at(leaf, at) || (r->prot & PROT_WRITE && !(r->flags & REGION_SHARED)))
			error = pages_resolve(s, r, at, r->prot & PROT_WRITE ? PROT_WRITE : PROT_READ);
		at++;
	}
	*at_bytes = at * PAGE_BYTES;
	if (error == SYS_LATER)
		error = 0; /* its pager has been told */
	return error < 0 ? (int)error : at < end ? SYS_MORE : 0;
}

/* Private pages are as if never touched: anonymous ones zero again. */
int space_drop_step(struct space *s, uint64_t *at_bytes, uint64_t end_bytes)
{
	uint64_t at = *at_bytes / PAGE_BYTES, end = end_bytes / PAGE_BYTES;
	unsigned budget = LEAVES_A_STEP;

	while (at < end && budget > 0) {
		struct region *r = region_from(s, at);
		uint64_t stop;

		if (!r || region_start(r) >= end) {
			at = end;
			break;
		}
		at = max(at, region_start(r));
		stop = min(end, r->end);
		if (r->flags & (REGION_FIXED | REGION_OWNER))
			at = stop;
		else
			clear_range(s, &at, stop, &budget);
	}
	*at_bytes = at * PAGE_BYTES;
	return at < end ? SYS_MORE : 0;
}

/* ---- telling ---- */

static uint64_t resident(struct space *s, struct region *r)
{
	uint64_t at = region_start(r), count = 0;

	while (at < r->end) {
		struct leaf *leaf = leaf_from(&s->leaves, at);

		if (!leaf || leaf_start(leaf) >= r->end)
			break;
		at = max(at, leaf_start(leaf));
		if (at == leaf_start(leaf) && leaf_end(leaf) <= r->end) {
			count += leaf->used;
			at = leaf_end(leaf);
			continue;
		}
		for (; at < min(r->end, leaf_end(leaf)); at++)
			count += leaf_at(leaf, at) != NULL;
	}
	return count * PAGE_BYTES;
}

static uint32_t told_flags(const struct region *r)
{
	return (r->flags & REGION_SHARED ? MEM_SHARED : 0) | (r->flags & REGION_STACK ? MEM_STACK : 0) |
	       (r->flags & REGION_RESERVED ? MEM_RESERVED : 0);
}

uint64_t space_bytes(const struct space *s) { return s->pages * PAGE_BYTES; }

unsigned space_regions(struct space *s, uint64_t *at, struct info_region *records, unsigned count)
{
	struct region *r = region_from(s, *at / PAGE_BYTES);
	unsigned n = 0;

	for (; r && n < count; r = region_next(r), n++)
		records[n] = (struct info_region){
		    .start = region_start(r) * PAGE_BYTES,
		    .end = r->end * PAGE_BYTES,
		    .offset = r->offset * PAGE_BYTES,
		    .protection = r->prot | told_flags(r) << 8,
		    .object = r->object ? r->object->id : 0,
		    .resident_bytes = resident(s, r),
		};
	*at = r && n ? region_start(r) * PAGE_BYTES : 0;
	return n;
}
