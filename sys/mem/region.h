/* SPDX-License-Identifier: 0BSD */
/* region.h: what a range of addresses is: its protection, and where its pages come from. In pages throughout. */
#pragma once

#include "mem/space.h"

#define PAGES_END (0x7ffffffff000ull >> PAGE_LOG2) /* user addresses end here */

enum region_flags {
	REGION_SHARED = 1 << 0,
	REGION_STACK = 1 << 1,
	REGION_RESERVED = 1 << 2, /* its pages were charged when it was made */
	REGION_OWNER = 1 << 3,	  /* MEM_RESERVE: the program maps there itself; sys resolves nothing */
	REGION_FIXED = 1 << 4,	  /* a fixed page: programs cannot unmap or protect it */
	REGION_FORKLESS = 1 << 5, /* not copied by a clone */
};

struct region {
	struct tree_node node; /* key: first page */
	uint64_t end;
	uint32_t prot, flags;
	struct memobj *object; /* a reference; NULL: anonymous */
	uint64_t offset;       /* of its first page in the object, in pages */
	uint64_t next;	       /* the page behind the last one that was touched: sequential use */
	unsigned order;
	struct space *space;
	struct list_node beside; /* object's regions */
};

static inline uint64_t region_start(const struct region *r) { return r->node.key; }
static inline uint64_t region_pages(const struct region *r) { return r->end - r->node.key; }

/* The region that PAGE lies in; NULL: none. */
struct region *region_find(struct space *s, uint64_t page);
/* The first region that ends above PAGE. */
struct region *region_from(struct space *s, uint64_t page);
struct region *region_next(struct region *r);
/* Makes one in free addresses. Takes a reference to the object, and charges what is reserved. ENOMEM. */
int region_new(struct space *s, const struct region *like, uint64_t start, uint64_t end, struct region **out);
/* Its pages have been taken away before. */
void region_delete(struct region *r);
/* Cuts regions so that none crosses PAGE. ENOMEM. */
int region_cut(struct space *s, uint64_t page);
/* Shortens R by its part from END on, or up to START. The pages have been taken away. */
void region_shrink(struct region *r, uint64_t start, uint64_t end);
/* Joins R with its neighbours where they are alike. */
void region_join(struct region *r);
/* Free addresses for PAGES. 0: none. */
uint64_t region_room(struct space *s, uint64_t pages);
