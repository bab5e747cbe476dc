/* SPDX-License-Identifier: 0BSD */
/* walk.c: the less common cases of a walk, and small copies. */
#include "mm/walk.h"

#include "lib/assert.h"
#include "lib/string.h"
#include "mm/table.h"

#define MARKS (PTE_ACCESSED | PTE_DIRTY)

/* The entry of level 0 for VA, or NULL when the way there is absent or ends in a large page. */
static inline uint64_t *leaf_entry(struct vspace *v, uint64_t va)
{
	const uint64_t mask = PTE_PRESENT | PTE_USER | PTE_LARGE, table = PTE_PRESENT | PTE_USER;
	uint64_t e = v->top[va >> 39];

	if ((e & mask) != table) return NULL;
	e = table_of(e)[va >> 30 & (PTE_ENTRIES - 1)];
	if ((e & mask) != table) return NULL;
	e = table_of(e)[va >> 21 & (PTE_ENTRIES - 1)];
	if ((e & mask) != table) return NULL;
	return &table_of(e)[va >> PAGE_SHIFT & (PTE_ENTRIES - 1)];
}

/* VA is in a large page, or nothing is mapped there. */
static __attribute__((noinline)) void *walk_large(struct walk *w, struct vspace *v, uint64_t va, uint64_t want)
{
	struct place at = table_find(v, va);
	uint64_t e = *at.entry, within;

	if (!walk_allows(e | (want & MARKS), want)) return NULL;
	if (~e & want) pte_set_bits(at.entry, want & MARKS);
	within = va & (level_bytes(at.level) - 1);
	w->rest = level_bytes(at.level) - within;
	return (uint8_t *)phys_to_virt(pte_address(e, at.level)) + within;
}

void *walk_slow(struct walk *w, struct vspace *v, uint64_t va, uint64_t want)
{
	uint64_t *entry;
	uint64_t e;

	w->credit -= WALK_MISS;
	if (va >= USER_END) return NULL;
	entry = leaf_entry(v, va);
	if (!entry) return walk_large(w, v, va, want);
	e = *entry;
	if (!walk_allows(e | (want & MARKS), want)) return NULL;
	if (~e & want) pte_set_bits(entry, want & MARKS);
	w->table = entry - pte_index(va, 0);
	w->first = (va >> PAGE_SHIFT) - pte_index(va, 0);
	w->count = PTE_ENTRIES;
	w->rest = page_rest(va);
	return walk_pointer(e, va);
}

/* Not the everyday case of walk_page. */
static __attribute__((noinline)) void *walk_page_slow(struct vspace *v, uint64_t va, uint64_t want)
{
	struct walk w = {0};

	return walk_slow(&w, v, va, want);
}

__attribute__((noinline)) void *walk_page(struct vspace *v, uint64_t va, uint64_t want)
{
	uint64_t *entry = va < USER_END ? leaf_entry(v, va) : NULL;

	return entry && walk_allows(*entry, want) ? walk_pointer(*entry, va) : walk_page_slow(v, va, want);
}

bool walk_hopeless(struct vspace *v, uint64_t va)
{
	uint64_t e;

	if (va >= USER_END) return true;
	e = *table_find(v, va).entry;
	return (e & (PTE_PRESENT | PTE_DEVICE)) == (PTE_PRESENT | PTE_DEVICE);
}

/* Copies to the user address VA (WANT is WALK_WRITE) or from it, a page at a time. */
static bool user_copy(struct vspace *v, uint64_t va, void *buffer, unsigned int len_bytes, uint64_t want)
{
	while (len_bytes > 0) {
		unsigned int part = (unsigned int)min((uint64_t)len_bytes, page_rest(va));
		void *at = walk_page(v, va, want);

		if (!at) return false;
		memcpy(want == WALK_WRITE ? at : buffer, want == WALK_WRITE ? buffer : at, part);
		buffer = (char *)buffer + part;
		va += part;
		len_bytes -= part;
	}
	return true;
}

bool user_read(struct vspace *v, void *to, uint64_t va, unsigned int len_bytes)
{
	return user_copy(v, va, to, len_bytes, WALK_READ);
}

bool user_write(struct vspace *v, uint64_t va, const void *from, unsigned int len_bytes)
{
	return user_copy(v, va, (void *)(uintptr_t)from, len_bytes, WALK_WRITE);
}
