/* SPDX-License-Identifier: 0BSD */
/* extent.h: mapping memory.
 *
 * An Extent slot records one mapping base (a VSpace and the address of its page 0); any subset of
 * its pages can be present there. The record is written first and page-table entries after;
 * unmapping clears only entries that still point into this Extent, so another Extent may be mapped
 * over part of it and be left alone. The largest pages that fit are used.
 *
 * All calls are preemptible: *PROGRESS counts pages done and the same call is made again after
 * SYS_RESTART. A page costs a bounded number of steps; at most 16 pages between cuts.
 */
#pragma once

#include "mm/vspace.h"

/* Bits of `base` that are the physical address. The others count what a deletion in progress has
 * unmapped. */
#define EXTENT_BASE_MASK 0x00003ffffffff000ull

static inline uint64_t extent_base(const struct slot *extent) { return extent->base & EXTENT_BASE_MASK; }

static inline uint64_t extent_pages(const struct slot *extent) { return 1ull << (extent->size_log2 - PAGE_SHIFT); }

/* Maps pages [first, first + count) of EXTENT at VA + their offset in V; VA is the address of page
 * 0. PROT 0 maps pages that nobody can touch; what can be written or executed can be read too, so
 * it needs the READ right. RAM is always cached. Errors: EINVAL (alignment, address, prot), ERANGE,
 * EACCES (prot beyond the slot's rights), EBUSY (the slot records another base, or is being
 * deleted), ENOMEM (page tables: feed V with v->wanted pages or more and call again). Entries
 * present already are overwritten. COUNT 0 does nothing. */
int64_t extent_map(struct slot *extent, struct vspace *v, uint64_t va, uint64_t first, uint64_t count, unsigned prot,
		   uint64_t *progress);

/* Unmaps those of the pages that are present through this record. Unmapping the whole range
 * (first 0, count all) forgets the record. 0, SYS_RESTART, ERANGE, ENOMEM (part of a large page:
 * feed; never when all is unmapped). */
int64_t extent_unmap(struct slot *extent, uint64_t first, uint64_t count, uint64_t *progress);

/* Changes the protection of those of the pages that are present through this record. 0,
 * SYS_RESTART, ERANGE, EACCES, EINVAL, ENOMEM as above. */
int64_t extent_protect(struct slot *extent, uint64_t first, uint64_t count, unsigned prot, uint64_t *progress);

/* Before an Extent slot is emptied: unmaps everything; true when done, false when a cut said to
 * stop. Begun, it keeps how far it came in the slot and nothing can be mapped through the slot any
 * more. */
bool extent_release_step(struct slot *extent);

/* Fills TO with a child Extent: 1 << SIZE_LOG2 bytes at page FIRST. FIRST is a multiple of
 * the size. TO is empty. Errors: EINVAL, ERANGE, ELOOP (depth). */
int extent_slice(struct slot *extent, uint64_t first, unsigned size_log2, struct slot *to);

/* Fills pages with zeros / copies pages between Extents by the direct map; RAM only (ENOTSUP for
 * device). */
int64_t extent_zero(struct slot *extent, uint64_t first, uint64_t count, uint64_t *progress);
int64_t extent_copy(struct slot *to, uint64_t to_first, struct slot *from, uint64_t from_first, uint64_t count,
		    uint64_t *progress);

/* True when the Extent is RAM (in the frame table), false when it is device memory. */
bool extent_is_ram(const struct slot *extent);
