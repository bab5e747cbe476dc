/* SPDX-License-Identifier: 0BSD */
/* chunk.h: a run of frames that is mapped as one: what regions are filled with.
 *
 * A chunk is 2^order frames with an Extent of their own (a slice of the zone's). Free chunks of each order are kept
 * ready with their slices, so a fault makes no capability. A chunk may be referred to from several address spaces
 * (copy on write, memory objects); each that maps it needs a slot: the first takes the chunk's own, others copies.
 *
 * Foreign chunks are Extents that a pager supplied: no frames of ours, not in the window, any order.
 */
#pragma once

#include "mem/account.h"
#include "mem/zone.h"

#define CHUNK_ORDER_MAX 4 /* 64 KiB: what demand zero makes at a time */

struct chunk {
	uint32_t frame; /* 0: foreign */
	cap_t slot;
	uint32_t references;
	uint8_t order;
	bool slot_used;		 /* some mapping uses `slot` */
	bool object;		 /* belongs to a memory object: private mappings copy it before they write */
	struct account *account; /* who pays for it; NULL: a reservation does */
	struct list_node node;	 /* pool */
};

/* One reference. The contents are anything. ACCOUNT may be NULL. ENOMEM. */
int chunk_new(unsigned order, struct account *account, struct chunk **out);
/* From an Extent in a slot of sys' own, which it takes over. */
int chunk_foreign(cap_t slot, unsigned order, struct chunk **out);
void chunk_put(struct chunk *c);

static inline uint32_t chunk_pages(const struct chunk *c) { return 1u << c->order; }
static inline void *chunk_window(const struct chunk *c, uint32_t page) { return zone_window(c->frame + page); }

/* Clears COUNT pages from page FIRST on. */
void chunk_zero(const struct chunk *c, uint32_t first, uint32_t count);
/* Copies COUNT pages; FROM may be foreign. EFAULT: it is no RAM. */
int chunk_copy(const struct chunk *to, uint32_t to_first, const struct chunk *from, uint32_t from_first,
	       uint32_t count);

/* Gives the frames of all free chunks back. */
void chunk_trim(void);
/* Frames in free chunks. */
uint64_t chunk_pool_frames(void);
/* Bytes of heap for them. */
uint64_t chunk_pool_records(void);
