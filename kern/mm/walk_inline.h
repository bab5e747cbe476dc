/* SPDX-License-Identifier: 0BSD */
/* walk_inline.h: the common case of a walk, included by walk.h.
 *
 * The entry must be present, for users, not device memory, and its accessed (and dirty) bits must
 * be set already: one masked compare. Everything else is left to walk_slow.
 */
#ifndef KERN_MM_WALK_INLINE_H
#define KERN_MM_WALK_INLINE_H

#include "arch/x86_64/pagetable.h"

struct vspace;
struct walk;

#define WALK_READ  (PTE_PRESENT | PTE_USER | PTE_ACCESSED)
#define WALK_WRITE (WALK_READ | PTE_WRITE | PTE_DIRTY)

/* WANT is WALK_READ or WALK_WRITE. Fills the cache. */
void *walk_slow(struct walk *w, struct vspace *v, uint64_t va, uint64_t want);

static inline bool walk_allows(uint64_t e, uint64_t want) { return (e & (want | PTE_DEVICE)) == want; }

static inline void *walk_pointer(uint64_t e, uint64_t va)
{
	return (uint8_t *)phys_to_virt(e & PTE_ADDRESS_MASK) + (va & (PAGE_SIZE - 1));
}

static inline void *walk_want(struct walk *w, struct vspace *v, uint64_t va, uint64_t want)
{
	uint64_t index = (va >> PAGE_SHIFT) - w->first;

	if (__builtin_expect(index < w->count && walk_allows(w->table[index], want), 1))
		return walk_pointer(w->table[index], va);
	return walk_slow(w, v, va, want);
}

/* Neighbouring pages are mostly neighbours in memory too, with the same bits: then the next entry
 * is this one plus a page. */
static inline void *walk_run(struct walk *w, struct vspace *v, uint64_t va, uint64_t limit, uint64_t want,
			     uint64_t *run)
{
	uint64_t index = (va >> PAGE_SHIFT) - w->first;
	uint64_t room = page_rest(va);
	uint64_t e;
	void *at;

	if (__builtin_expect(index >= w->count || !walk_allows(w->table[index], want), 0)) {
		at = walk_slow(w, v, va, want);
		index = (va >> PAGE_SHIFT) - w->first;
		if (index >= w->count) {
			*run = min(w->rest, limit);
			return at;
		}
	} else {
		at = walk_pointer(w->table[index], va);
	}
	e = w->table[index];
	while (room < limit && ++index < PTE_ENTRIES && w->table[index] == (e += PAGE_SIZE))
		room += PAGE_SIZE;
	*run = min(room, limit);
	return at;
}

static inline void *walk_read(struct walk *w, struct vspace *v, uint64_t va) { return walk_want(w, v, va, WALK_READ); }

static inline void *walk_write(struct walk *w, struct vspace *v, uint64_t va)
{
	return walk_want(w, v, va, WALK_WRITE);
}

static inline void *walk_run_read(struct walk *w, struct vspace *v, uint64_t va, uint64_t limit, uint64_t *run)
{
	return walk_run(w, v, va, limit, WALK_READ, run);
}

static inline void *walk_run_write(struct walk *w, struct vspace *v, uint64_t va, uint64_t limit, uint64_t *run)
{
	return walk_run(w, v, va, limit, WALK_WRITE, run);
}

#endif
