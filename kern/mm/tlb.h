/* SPDX-License-Identifier: 0BSD */
/* tlb.h: making CPUs forget translations.
 *
 * Operations that remove or narrow mappings collect what they changed in a tlb_batch and flush it
 * at each cut that stops them and at their end, before the lock is dropped or memory can be used
 * again. The flush reaches every CPU on which the VSpace is loaded (a bounded loop over CPUs) and
 * waits for each; a CPU that spins for the kernel lock serves the request from its spin loop, any
 * other gets an interrupt, so the wait is bounded. The caller holds the kernel lock, so there is
 * one request at a time.
 *
 * Single pages are forgotten one by one on this CPU; other CPUs forget all. What concerns large
 * pages or tables is "all" too: a CPU may have cached a large page in pieces (Intel SDM
 * vol.3 4.10.4).
 */
#pragma once

#include <stdint.h>

struct vspace;

/* Above this many pages the whole translation cache is dropped instead. */
#define TLB_PAGES_MAX 16

struct tlb_batch {
	struct vspace *vspace;
	uint32_t count; /* > TLB_PAGES_MAX: everything */
	uint64_t page[TLB_PAGES_MAX];
};

static inline void tlb_batch_init(struct tlb_batch *b, struct vspace *v)
{
	b->vspace = v;
	b->count = 0;
}

static inline void tlb_batch_add(struct tlb_batch *b, uint64_t va)
{
	if (b->count < TLB_PAGES_MAX) b->page[b->count] = va;
	if (b->count <= TLB_PAGES_MAX) b->count++;
}

static inline void tlb_batch_all(struct tlb_batch *b) { b->count = TLB_PAGES_MAX + 1; }

/* Makes all CPUs forget what B collected; B is empty afterwards. */
void tlb_batch_flush(struct tlb_batch *b);

/* V is about to end: every CPU that has it loaded loads the kernel's own tables instead. No thread
 * is bound to V any more. */
void tlb_forget(struct vspace *v);

/* Does what another CPU asked this one to do, if anything: from the lock's spin loop and on
 * VECTOR_SHOOTDOWN. Needs no lock. */
void tlb_serve(void);
