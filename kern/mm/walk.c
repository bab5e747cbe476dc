/* SPDX-License-Identifier: 0BSD */
/* walk.c: the less common cases of a walk, and small copies. */
#include "mm/walk.h"

#include "lib/assert.h"
#include "lib/string.h"
#include "mm/table.h"

static struct place look_up(struct walk *w, struct vspace *v, uint64_t va)
{
	struct place at;

	if (w->large_page == va >> level_shift(1) && w->large.entry)
		return w->large;
	at = table_find(v, va);
	if (at.level == 0) {
		w->first = va >> PAGE_SHIFT & ~(uint64_t)(PTE_ENTRIES - 1);
		w->count = PTE_ENTRIES;
		w->table = at.entry - pte_index(va, 0);
	} else {
		w->large_page = va >> level_shift(1);
		w->large = at;
	}
	return at;
}

void *walk_slow(struct walk *w, struct vspace *v, uint64_t va, uint64_t want)
{
	const uint64_t marks = PTE_ACCESSED | PTE_DIRTY;
	struct place at;
	uint64_t e;

	if (va >= USER_END)
		return NULL;
	at = look_up(w, v, va);
	e = *at.entry;
	if ((e & ((want & ~marks) | PTE_DEVICE)) != (want & ~marks))
		return NULL;
	if (~e & want)
		pte_set_bits(at.entry, want & marks);
	return phys_to_virt(pte_address(e, at.level) + (va & (level_bytes(at.level) - 1)));
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
	struct walk w = { 0 };
	uint64_t head = min((uint64_t)len_bytes, page_rest(va));
	const uint8_t *first = walk_read(&w, v, va);
	const uint8_t *second = head < len_bytes ? walk_read(&w, v, va + head) : first;

	if (!first || !second)
		return false;
	memcpy(to, first, head);
	memcpy((uint8_t *)to + head, second, len_bytes - head);
	return true;
}

bool user_write(struct vspace *v, uint64_t va, const void *from, unsigned int len_bytes)
{
	struct walk w = { 0 };
	uint64_t head = min((uint64_t)len_bytes, page_rest(va));
	uint8_t *first = walk_write(&w, v, va);
	uint8_t *second = head < len_bytes ? walk_write(&w, v, va + head) : first;

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
