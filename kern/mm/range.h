/* SPDX-License-Identifier: 0BSD */
/* range.h: doing the same to all present pages of a range of addresses.
 *
 * The range is taken in stretches: a run of at most 16 entries of one lowest table, or one large
 * page. Between stretches there is a cut. What is absent is skipped, a whole table's worth at a
 * time. A large page that reaches beyond the range is split first.
 *
 * A range may be `owned` by an Extent: then only pages that map the Extent's own memory at its own
 * place are touched. Extents are aligned to their size, so a large page that begins with the right
 * frame and is not larger than the Extent lies within it; a larger one was mapped by somebody else.
 */
#pragma once

#include "mm/table.h"

#define STRETCH_MAX 16

struct range {
	struct vspace *vspace;
	uint64_t va;
	uint64_t pages;
	bool owned;
	uint64_t phys;	      /* owned: what VA maps */
	uint64_t owned_bytes; /* owned: the Extent's size */
	unsigned int prot;    /* range_protect */
	struct tlb_batch tlb;
};

/* Clears the entries. Preemptible: *PROGRESS counts pages. 0, SYS_RESTART, -ENOMEM (a large page
 * that lies partly outside; never when all of an Extent is unmapped). */
int64_t range_unmap(struct range *r, uint64_t *progress);

/* Gives the pages protection r->prot, as far as what mapped them allowed. */
int64_t range_protect(struct range *r, uint64_t *progress);
