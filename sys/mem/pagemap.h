/* SPDX-License-Identifier: 0BSD */
/* pagemap.h: what is in the pages of an address space, or of a memory object.
 *
 * A tree of leaves of 64 pages. An entry points to a *mapping*: a chunk, and where its page 0 belongs. A mapping may be
 * what many entries, also in several leaves, point to; `live` counts them. Page p is page p - base of the chunk.
 *
 * In an address space a mapping has a slot: that of the chunk or a copy, once it has been mapped into the VSpace. What
 * is not mapped yet (after fork, the child's part) is mapped when it is touched.
 */
#pragma once

#include "lib/tree.h"
#include "mem/chunk.h"

#define LEAF_PAGES 64u

struct mapping {
	struct chunk *chunk;
	uint64_t base; /* page number of the chunk's page 0 */
	cap_t slot;    /* 0: not mapped */
	uint32_t live;
	bool writable;	      /* some page may be writable in the VSpace */
	struct mapping *twin; /* its copy, while a leaf is cloned */
};

struct leaf {
	struct tree_node node; /* key: page number / LEAF_PAGES */
	uint32_t used;
	struct mapping *page[LEAF_PAGES];
};

struct leaf *leaf_find(const struct tree *leaves, uint64_t page);
/* The first leaf that ends above PAGE. */
struct leaf *leaf_from(const struct tree *leaves, uint64_t page);
/* As leaf_find, but makes it. NULL: no memory. */
struct leaf *leaf_get(struct tree *leaves, uint64_t page);
/* Frees it if it is empty. */
void leaf_trim(struct tree *leaves, struct leaf *leaf);

static inline uint64_t leaf_start(const struct leaf *leaf) { return leaf->node.key * LEAF_PAGES; }
static inline uint64_t leaf_end(const struct leaf *leaf) { return leaf_start(leaf) + LEAF_PAGES; }

/* The entry of a page; NULL: nothing there. */
static inline struct mapping *leaf_at(const struct leaf *leaf, uint64_t page)
{
	return leaf ? leaf->page[page % LEAF_PAGES] : NULL;
}

static inline void leaf_set(struct leaf *leaf, uint64_t page, struct mapping *m)
{
	leaf->page[page % LEAF_PAGES] = m;
	leaf->used++;
	m->live++;
}

/* Empties the entry; the mapping is the caller's to free when `live` is 0. */
static inline struct mapping *leaf_clear(struct leaf *leaf, uint64_t page)
{
	struct mapping *m = leaf->page[page % LEAF_PAGES];

	leaf->page[page % LEAF_PAGES] = NULL;
	leaf->used--;
	m->live--;
	return m;
}

/* Takes over the reference to CHUNK. NULL: no memory (the reference stays the caller's). */
struct mapping *mapping_new(struct chunk *chunk, uint64_t base);
/* Puts the chunk and frees the record; its slot, if any, has been dealt with. */
void mapping_free(struct mapping *m);

/* The largest 2^order pages, aligned, order at most MAX_ORDER, that hold PAGE, lie within [low, high), and are all
 * empty in LEAF (NULL: all are). */
unsigned pagemap_gap(const struct leaf *leaf, uint64_t page, uint64_t low, uint64_t high, unsigned max_order);
