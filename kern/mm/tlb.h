/* SPDX-License-Identifier: 0BSD */
/* tlb.h: making CPUs forget translations.
 *
 * Operations that remove or narrow mappings collect what they changed in a tlb_batch and flush it at
 * each cut and at their end, before the lock is dropped or memory can be used again. The flush reaches every
 * CPU on which the VSpace is loaded (a bounded loop over CPUs) and waits for each; a CPU that spins for the
 * kernel lock serves the request from its spin loop, so the wait is bounded.
 */
#ifndef KERN_MM_TLB_H
#define KERN_MM_TLB_H

#include <stdint.h>

struct vspace;

/* Above this many pages the whole translation cache is dropped instead. */
#define TLB_PAGES_MAX 16

struct tlb_batch {
	struct vspace *vspace;
	uint32_t count; /* > TLB_PAGES_MAX: everything */
	uint64_t page[TLB_PAGES_MAX];
};

void tlb_batch_add(struct tlb_batch *b, uint64_t va);
void tlb_batch_flush(struct tlb_batch *b);

#endif
