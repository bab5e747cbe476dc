/* SPDX-License-Identifier: 0BSD */
/* walk.h: reaching user memory through page tables and the direct map.
 *
 * The kernel never touches user memory by the user's mapping, so it takes no faults of its own. A
 * walk requires user permission (and write permission for writing), refuses device memory, and sets
 * the accessed and dirty bits as the processor would. A pointer from a walk is good until the lock
 * is dropped.
 */
#pragma once

#include "arch/x86_64/pagetable.h"
#include "mm/vspace.h"

/* A walk remembers the lowest page table of the last address, so that the next page of the same 2
 * MiB costs a compare and a load. Zero it before first use and after each lock drop. */
struct walk {
	uint64_t first; /* virtual page number of table[0] */
	uint64_t count; /* entries of `table`: 512, or 0 when there is none */
	uint64_t *table;
	uint64_t rest;	/* walk_slow: bytes from the address to the end of its page, large or small */
	int32_t credit; /* for the copy engine; walk_slow takes WALK_MISS off */
};

#define WALK_MISS 2

/* Bytes from VA to the end of its 4 KiB page. */
static inline uint64_t page_rest(uint64_t va) { return PAGE_SIZE - (va & (PAGE_SIZE - 1)); }

/* walk_run for one address alone, without a cache, good up to the end of VA's 4 KiB page. WANT is WALK_READ or WALK_WRITE.
 * About 40 instructions. */
void *walk_page(struct vspace *v, uint64_t va, uint64_t want);

/* After a walk answered NULL: true when no pager can change that, because VA is not a user address
 * or is device memory. */
bool walk_hopeless(struct vspace *v, uint64_t va);

/* Copies small things, structures of up to a page. False when not all is present; part may have been copied
 * then. */
bool user_read(struct vspace *v, void *to, uint64_t va, unsigned len_bytes);
bool user_write(struct vspace *v, uint64_t va, const void *from, unsigned len_bytes);

/* What a walk wants of an entry, at once: present, for users, not device memory, its accessed (and dirty) bits
 * set already: one masked compare. Everything else is left to walk_slow. */
#define WALK_READ  (PTE_PRESENT | PTE_USER | PTE_ACCESSED)
#define WALK_WRITE (WALK_READ | PTE_WRITE | PTE_DIRTY)

/* WANT is WALK_READ or WALK_WRITE. Fills the cache. */
void *walk_slow(struct walk *w, struct vspace *v, uint64_t va, uint64_t want);

static inline bool walk_allows(uint64_t e, uint64_t want) { return (e & (want | PTE_DEVICE)) == want; }

static inline void *walk_pointer(uint64_t e, uint64_t va)
{
	return (uint8_t *)phys_to_virt(e & PTE_ADDRESS_MASK) + (va & (PAGE_SIZE - 1));
}

/* The kernel address of user address VA in V, or NULL when the page is absent, not permitted, device memory,
 * or VA is not a user address. *RUN is how many bytes from VA on, between 1 and LIMIT, are contiguous in memory.
 * LIMIT is neither 0 nor above 64 KiB, which bounds the work. Neighbouring pages are mostly neighbours in memory too,
 * with the same bits: then the next entry is this one plus a page. */
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
	while (room < limit && ++index < PTE_ENTRIES && w->table[index] == (e += PAGE_SIZE)) room += PAGE_SIZE;
	*run = min(room, limit);
	return at;
}
