/* SPDX-License-Identifier: 0BSD */
/* cspace.h: capability tables.
 *
 * A CSpace is a header page (or more: the object's size fixes the greatest number of slots) plus
 * pages of 128 slots that it was fed. `page[i]` is never NULL: an absent page points to one shared
 * page of empty slots, so that look-up has no branch for it. Two levels of bitmaps (free slots in a
 * page, pages with a free slot) find the lowest free slot of a range in constant time; an absent
 * page counts as free and is taken from the feed when a slot in it is first filled. Slots never move.
 */
#ifndef KERN_OBJ_CSPACE_H
#define KERN_OBJ_CSPACE_H

#include <abi/errno.h>
#include "lib/list.h"
#include "obj/object.h"

#define CSPACE_PAGES_MAX 4096

struct cspace_free {
	uint64_t bits[2]; /* 1: free */
};

struct cspace {
	struct object object;
	uint32_t slots;             /* slot numbers are below this: pages * SLOTS_PER_PAGE */
	uint32_t pages;
	struct slot **page;         /* [pages]; inside the object */
	struct cspace_free *free;   /* [pages]; inside the object */
	uint64_t *some_free;        /* bitmap over pages: has a free slot; inside the object */
	uint64_t some_free_summary; /* bitmap over words of some_free */
	struct feeds feeds;
	struct list threads; /* threads bound here: thread.cspace_link */
	uint32_t cursor;     /* destruction, drop: next slot to look at */
	uint32_t used;       /* slots in use, for leak checks and info */
};

extern struct slot cspace_empty_page[SLOTS_PER_PAGE];

/* The slot with number INDEX, or a slot that is always empty (OBJ_NONE). Never NULL; must not be
 * written through unless cspace_slot_for_write said so. The fast path's look-up. */
static inline struct slot *cspace_slot(const struct cspace *cs, cap_t index)
{
	if (__builtin_expect(index >= cs->slots, 0))
		return &cspace_empty_page[0];
	return &cs->page[index / SLOTS_PER_PAGE][index % SLOTS_PER_PAGE];
}

/* An empty slot to fill at exactly INDEX: 0 and *out, or EEXIST, EINVAL (number too high), ENOMEM (feed a
 * page first). The slot stays free until cspace_take. Zeroes at most one page. */
int cspace_slot_at(struct cspace *cs, cap_t index, struct slot **out);

/* The lowest free slot in [min, max]: 0, *out and *index, or EMFILE, EINVAL (min > max), ENOMEM. */
int cspace_slot_free(struct cspace *cs, cap_t min, cap_t max, struct slot **out, cap_t *index);

/* Bookkeeping after a slot of a CSpace was filled / emptied. slot_clear and slot_move do not know to which
 * CSpace a slot belongs; `cspace_of` finds it from the page's frame tag (see mm/frame.h), so these
 * take only the slot. A slot embedded elsewhere (a Connection's master) is ignored. */
void cspace_took(struct slot *s);
void cspace_freed(struct slot *s);

int cspace_feed(struct cspace *cs, struct slot *untyped);

extern const struct object_ops cspace_ops;

#endif
