/* SPDX-License-Identifier: 0BSD */
/* cspace.h: capability tables.
 *
 * A CSpace is a header page (or more: the object's size fixes the greatest number of slots) plus
 * pages of 128 slots that it was fed. `page[i]` is never NULL: an absent page points to one shared
 * page of empty slots, so that look-up has no branch for it. Two levels of bitmaps (free slots in a
 * page, pages with a free slot) find the lowest free slot of a range in constant time; an absent
 * page counts as free and is taken from the feed when a slot in it is first filled. Slots never
 * move.
 *
 * A new CSpace has no slot at all: the tables are filled in when it is first fed, piece by piece.
 * When it dies it has no slot again, from the first moment on, so that nobody can reach what is
 * being deleted.
 */
#pragma once

#include <abi/errno.h>
#include "lib/list.h"
#include "obj/object.h"
#include "sched/preempt.h"

#define CSPACE_PAGES_MAX 4096

struct cspace_free {
	uint64_t bits[2]; /* 1: free */
};

struct cspace {
	struct object object;
	uint32_t slots;		    /* slot numbers are below this: pages_max * SLOTS_PER_PAGE; 0: not fed or dead */
	uint32_t pages_max;	    /* as many as the object's size has room for */
	uint32_t pages;		    /* entries of the tables that are filled in; all once fed */
	struct slot **page;	    /* [pages_max]; inside the object */
	struct cspace_free *free;   /* [pages_max]; inside the object */
	uint64_t *some_free;	    /* bitmap over pages: has a free slot; inside the object */
	uint64_t some_free_summary; /* bitmap over words of some_free */
	struct feeds feeds;
	struct list threads; /* threads bound here: thread.cspace_link */
	uint32_t cursor;     /* destruction: next slot to look at */
	uint32_t used;	     /* slots in use */
	/* Where slots that name this dying CSpace wait when they must leave a CSpace that dies with
	 * it: one place for each Fed, the last for its zombie. */
	struct slot parked[FEEDS_MAX + 1] __attribute__((aligned(32)));
};

extern struct slot cspace_empty_page[SLOTS_PER_PAGE];

/* The slot with number INDEX, or a slot that is always empty (OBJ_NONE). Never NULL; must not be
 * written through unless cspace_slot_for_write said so. The fast path's look-up. */
static inline struct slot *cspace_slot(const struct cspace *cs, cap_t index)
{
	if (__builtin_expect(index >= cs->slots, 0)) return &cspace_empty_page[0];
	return &cs->page[index / SLOTS_PER_PAGE][index % SLOTS_PER_PAGE];
}

/* An empty slot to fill at exactly INDEX: 0 and *out, or EEXIST, EINVAL (number too high), ENOMEM
 * (feed a page first). The slot stays free until it is linked into the tree. Zeroes at most one
 * page. */
int cspace_slot_at(struct cspace *cs, cap_t index, struct slot **out);

/* Whether the COUNT slots from FIRST on (at most 128) are free; their pages are present afterwards.
 * Errors as cspace_slot_at. Zeroes at most two pages. */
int cspace_slots_at(struct cspace *cs, cap_t first, unsigned count);

/* The lowest free slot in [min, max]: 0, *out and *index, or EMFILE, EINVAL (min > max), ENOMEM.
 * O(1). */
int cspace_slot_free(struct cspace *cs, cap_t min, cap_t max, struct slot **out, cap_t *index);

/* The lowest used slot at or above FROM, or the number at which the search stopped after
 * CSPACE_SCAN_PAGES pages (cut there and go on), or any number >= SLOTS when there is none. */
#define CSPACE_SCAN_PAGES 24
cap_t cspace_used_from(const struct cspace *cs, cap_t from);

/* The CSpace of which S is a slot, or NULL for a slot embedded elsewhere (a Connection's master).
 */
struct cspace *cspace_of(const struct slot *s);
/* The number of S in it. */
cap_t cspace_index(const struct slot *s);

/* Bookkeeping after a slot was filled / emptied. Only slot.c calls these: linking, moving and
 * clearing a slot does it. Embedded slots are ignored. */
void cspace_took(struct slot *s);
void cspace_freed(struct slot *s);

/* Feeds CS. Errors as feed_check. SYS_RESTART: preempted while the tables of a new CSpace are
 * filled in. */
int cspace_feed(struct cspace *cs, struct slot *untyped);

/* Where the slot S, which names the dying CSpace OBJ (as its zombie or as Fed), is parked. */
struct slot *cspace_parking(struct object *obj, const struct slot *s);

static inline struct cspace *cspace_of_object(struct object *obj) { return (struct cspace *)obj; }

extern const struct object_ops cspace_ops;
