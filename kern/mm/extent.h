/* SPDX-License-Identifier: 0BSD */
/* extent.h: mapping memory.
 *
 * An Extent slot records one mapping base (a VSpace and the address of its page 0); any subset of its
 * pages can be present there. The record is written first and page-table entries after; unmapping
 * clears only entries that still point into this Extent, so another Extent may be mapped over part of it
 * and be left alone. The largest pages that fit are used.
 *
 * All calls are preemptible: *PROGRESS counts pages done and the same call is made again after
 * SYS_RESTART. A page costs a bounded number of steps; at most 32 pages between cuts.
 */
#ifndef KERN_MM_EXTENT_H
#define KERN_MM_EXTENT_H

#include "mm/vspace.h"

/* Maps pages [first, first + count) of EXTENT at VA + their offset in V; VA is the address of page 0.
 * Errors: EINVAL (alignment, address, prot), ERANGE, EACCES (prot beyond the slot's rights), EBUSY (the slot
 * records another base), ENOMEM (page tables: feed V). Entries present already are overwritten. */
int64_t extent_map(struct slot *extent, struct vspace *v, uint64_t va, uint64_t first, uint64_t count,
		   unsigned prot, uint64_t *progress);

/* Unmaps those of the pages that are present through this record. Unmapping the whole range
 * (first 0, count all) forgets the record. 0, SYS_RESTART, ERANGE. */
int64_t extent_unmap(struct slot *extent, uint64_t first, uint64_t count, uint64_t *progress);

int64_t extent_protect(struct slot *extent, uint64_t first, uint64_t count, unsigned prot,
		       uint64_t *progress);

/* Before an Extent slot is emptied: unmaps everything, one bounded piece a call; true when done. */
bool extent_release_step(struct slot *extent);

/* Fills TO with a child Extent: 1 << SIZE_LOG2 bytes at page FIRST. Errors: EINVAL, ERANGE, ELOOP (depth). */
int extent_slice(struct slot *extent, uint64_t first, unsigned size_log2, struct slot *to);

/* Fills pages with zeros / copies pages between Extents by the direct map; RAM only (ENOTSUP for device). */
int64_t extent_zero(struct slot *extent, uint64_t first, uint64_t count, uint64_t *progress);
int64_t extent_copy(struct slot *to, uint64_t to_first, struct slot *from, uint64_t from_first,
		    uint64_t count, uint64_t *progress);

/* True when the Extent is RAM (in the frame table), false when it is device memory. */
bool extent_is_ram(const struct slot *extent);

#endif
