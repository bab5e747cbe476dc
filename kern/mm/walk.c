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

	if ((e & mask) != table)
		return NULL;
	e = table_of(e)[va >> 30 & (PTE_ENTRIES - 1)];
	if ((e & mask) != table)
		return NULL;
	e = table_of(e)[va >> 21 & (PTE_ENTRIES - 1)];
	if ((e & mask) != table)
		return NULL;
	return &table_of(e)[va >> PAGE_SHIFT & (PTE_ENTRIES - 1)];
}

/* VA is in a large page, or nothing is mapped there. */
static __attribute__((noinline)) void *walk_large(struct walk *w, struct vspace *v, uint64_t va, uint64_t want)
{
	struct place at = table_find(v, va);
	uint64_t e = *at.entry, within;

	if (!walk_allows(e | (want & MARKS), want))
		return NULL;
	if (~e & want)
		pte_set_bits(at.entry, want & MARKS);
	within = va & (level_bytes(at.level) - 1);
	w->rest = level_bytes(at.level) - within;
	return (uint8_t *)phys_to_virt(pte_address(e, at.level)) + within;
}

void *walk_slow(struct walk *w, struct vspace *v, uint64_t va, uint64_t want)
{
	uint64_t *entry;
	uint64_t e;

	w->credit -= WALK_MISS;
	if (va >= USER_END)
		return NULL;
	entry = leaf_entry(v, va);
	if (!entry)
		return walk_large(w, v, va, want);
	e = *entry;
	if (!walk_allows(e | (want & MARKS), want))
		return NULL;
	if (~e & want)
		pte_set_bits(entry, want & MARKS);
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

	if (va >= USER_END)
		return true;
	e = *table_find(v, va).entry;
	return (e & (PTE_PRESENT | PTE_DEVICE)) == (PTE_PRESENT | PTE_DEVICE);
}

bool user_read(struct vspace *v, void *to, uint64_t va, unsigned int len_bytes)
{
	uint64_t head = min((uint64_t)len_bytes, page_rest(va));
	const uint8_t *first = walk_page(v, va, WALK_READ);
	const uint8_t *second = head < len_bytes ? walk_page(v, va + head, WALK_READ) : first;

	if (!first || !second)
		return false;
	memcpy(to, first, head);
	memcpy((uint8_t *)to + head, second, len_bytes - head);
	return true;
}

bool user_write(struct vspace *v, uint64_t va, const void *from, unsigned int len_bytes)
{
	uint64_t head = min((uint64_t)len_bytes, page_rest(va));
	uint8_t *first = walk_page(v, va, WALK_WRITE);
	uint8_t *second = head < len_bytes ? walk_page(v, va + head, WALK_WRITE) : first;

	if (!first || !second)
		return false;
	memcpy(first, from, head);
	memcpy(second, (const uint8_t *)from + head, len_bytes - head);
	return true;
}

bool user_read_all(struct vspace *v, void *to, uint64_t va, unsigned len_bytes)
{
	for (unsigned done = 0; done < len_bytes; done += USER_CHUNK) {
		unsigned part = min(len_bytes - done, USER_CHUNK);

		if (!user_read(v, (char *)to + done, va + done, part))
			return false;
	}
	return true;
}

bool user_write_all(struct vspace *v, uint64_t va, const void *from, unsigned len_bytes)
{
	for (unsigned done = 0; done < len_bytes; done += USER_CHUNK) {
		unsigned part = min(len_bytes - done, USER_CHUNK);

		if (!user_write(v, va + done, (const char *)from + done, part))
			return false;
	}
	return true;
}
