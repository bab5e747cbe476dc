/* SPDX-License-Identifier: 0BSD */
/* range.c: the loop over stretches, and the two things that are done to them. */
#include "mm/range.h"

#include "lib/assert.h"
#include "sched/preempt.h"

/* COUNT neighbouring entries of one table; the first one translates VA, and maps PHYS if it is the
 * owner's. */
struct stretch {
	struct place at;
	unsigned int count;
	uint64_t va;
	uint64_t phys;
};

typedef void stretch_act(struct range *r, const struct stretch *s);

static inline bool concerns(const struct range *r, uint64_t e, uint64_t phys, unsigned int level)
{
	return r->owned ? pte_maps(e, phys, level) : e & PTE_PRESENT;
}

static inline void note(struct range *r, uint64_t va, unsigned int level)
{
	if (level > 0)
		tlb_batch_all(&r->tlb);
	else
		tlb_batch_add(&r->tlb, va);
}

static void unmap_stretch(struct range *r, const struct stretch *s)
{
	uint64_t offset = 0;
	int cleared = 0;

	for (unsigned int i = 0; i < s->count; i++, offset += PAGE_SIZE) {
		if (!concerns(r, s->at.entry[i], s->phys + offset, s->at.level)) continue;
		s->at.entry[i] = 0;
		cleared++;
		note(r, s->va + offset, s->at.level);
	}
	if (cleared == 0) return;
	table_count(s->at.entry, -cleared);
	/* Freed tables may be cached by CPUs: they must not be used again before the flush. */
	if (frame_of(s->at.entry)->live == 0 && table_prune(r->vspace, s->va)) {
		tlb_batch_all(&r->tlb);
		tlb_batch_flush(&r->tlb);
	}
}

static void protect_stretch(struct range *r, const struct stretch *s)
{
	uint64_t offset = 0;

	for (unsigned int i = 0; i < s->count; i++, offset += PAGE_SIZE) {
		uint64_t old = s->at.entry[i], new;

		if (!concerns(r, old, s->phys + offset, s->at.level)) continue;
		do new = pte_protect(old, r->prot);
		while (new != old && !pte_exchange(&s->at.entry[i], &old, new));
		if (new != old) note(r, s->va + offset, s->at.level);
	}
}

/* Acts on the large page at S, in which S is page WITHIN and page DONE of the range: pages done, or 0: it has been
 * split, look again; or -ENOMEM. It may begin before S: then it was mapped when the call had passed there. */
static int64_t large(struct range *r, stretch_act *act, struct stretch *s, uint64_t within, uint64_t done)
{
	uint64_t pages = level_pages(s->at.level);
	uint64_t begin = s->phys - within * PAGE_SIZE;

	if (r->owned && (level_bytes(s->at.level) > r->owned_bytes || !pte_maps(*s->at.entry, begin, s->at.level)))
		return (int64_t)(pages - within);
	if (within > done || r->pages - done < pages - within)
		return table_reach(r->vspace, s->va, s->at.level - 1, &r->tlb, &s->at);
	s->va -= within * PAGE_SIZE;
	s->phys = begin;
	s->count = 1;
	act(r, s);
	return (int64_t)(pages - within);
}

/* One stretch that begins DONE pages into the range: like large(). */
static int64_t piece(struct range *r, stretch_act *act, uint64_t done)
{
	uint64_t va = r->va + done * PAGE_SIZE;
	uint64_t left = r->pages - done;
	struct stretch s = {table_find(r->vspace, va), 0, va, r->phys + done * PAGE_SIZE};
	uint64_t within = va / PAGE_SIZE & (level_pages(s.at.level) - 1);

	if (s.at.level > 0 && !(*s.at.entry & PTE_PRESENT)) return (int64_t)(level_pages(s.at.level) - within);
	if (s.at.level > 0) return large(r, act, &s, within, done);
	s.count = min(PTE_ENTRIES - pte_index(va, 0), (unsigned int)STRETCH_MAX);
	s.count = (unsigned int)min(left, (uint64_t)s.count);
	act(r, &s);
	return s.count;
}

static int64_t each_stretch(struct range *r, stretch_act *act, uint64_t *progress)
{
	int64_t result = 0;

	tlb_batch_init(&r->tlb, r->vspace);
	while (*progress < r->pages) {
		int64_t done = piece(r, act, *progress);

		if (done < 0) {
			result = done;
			break;
		}
		*progress += (uint64_t)done;
		if (preempt_cut() && *progress < r->pages) {
			result = SYS_RESTART;
			break;
		}
	}
	tlb_batch_flush(&r->tlb);
	return result;
}

int64_t range_unmap(struct range *r, uint64_t *progress) { return each_stretch(r, unmap_stretch, progress); }

int64_t range_protect(struct range *r, uint64_t *progress) { return each_stretch(r, protect_stretch, progress); }
