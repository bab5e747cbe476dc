/* SPDX-License-Identifier: 0BSD */
/* walk_inline.h: the common case of a walk, included by walk.h.
 *
 * The entry must be present, for users, not device memory, and its accessed (and dirty) bits must be set already: one
 * masked compare. Everything else is left to walk_slow.
 */
#ifndef KERN_MM_WALK_INLINE_H
#define KERN_MM_WALK_INLINE_H

#include "arch/x86_64/pagetable.h"

#define WALK_READ  (PTE_PRESENT | PTE_USER | PTE_ACCESSED)
#define WALK_WRITE (WALK_READ | PTE_WRITE | PTE_DIRTY)

/* WANT is WALK_READ or WALK_WRITE. Fills the cache. */
void *walk_slow(struct walk *w, struct vspace *v, uint64_t va, uint64_t want);

static inline void *walk_want(struct walk *w, struct vspace *v, uint64_t va, uint64_t want)
{
	uint64_t index = (va >> PAGE_SHIFT) - w->first;

	if (__builtin_expect(index < w->count, 1)) {
		uint64_t e = w->table[index];

		if (__builtin_expect((e & (want | PTE_DEVICE)) == want, 1))
			return (uint8_t *)phys_to_virt(e & PTE_ADDRESS_MASK) +
			       (va & (PAGE_SIZE - 1));
	}
	return walk_slow(w, v, va, want);
}

static inline void *walk_read(struct walk *w, struct vspace *v, uint64_t va)
{
	return walk_want(w, v, va, WALK_READ);
}

static inline void *walk_write(struct walk *w, struct vspace *v, uint64_t va)
{
	return walk_want(w, v, va, WALK_WRITE);
}

#endif
