/* SPDX-License-Identifier: 0BSD */
/* table.c: finding, making, splitting and freeing page tables. */
#include "mm/table.h"

#include <abi/errno.h>
#include "lib/assert.h"

/* Fills TABLE with the 512 parts of the large page E of LEVEL. */
static void split(uint64_t *table, uint64_t e, unsigned int level)
{
	uint64_t part = pte_first_part(e, level);
	uint64_t step = level_bytes(level - 1);

	for (unsigned int i = 0; i < PTE_ENTRIES; i += 4) {
		table[i] = part;
		table[i + 1] = part + step;
		table[i + 2] = part + 2 * step;
		table[i + 3] = part + 3 * step;
		part += 4 * step;
	}
}

/* Puts a new table under AT, whose entry is absent or a large page. */
static void descend(struct vspace *v, struct place *at, uint64_t va, struct tlb_batch *tlb)
{
	uint64_t *table = feed_page(&v->feeds);
	uint64_t old = *at->entry;

	KASSERT(table, "the caller asked what is available");
	frame_set(table, FRAME_PAGE_TABLE, v);
	frame_of(table)->live = old & PTE_PRESENT ? PTE_ENTRIES : 0;
	if (old & PTE_PRESENT) {
		/* The processor may set the dirty bit until the entry is exchanged. */
		do split(table, old, at->level);
		while (!pte_exchange(at->entry, &old, virt_to_phys(table) | PTE_TABLE));
		tlb_batch_all(tlb);
	} else {
		*at->entry = virt_to_phys(table) | PTE_TABLE;
		if (at->level < PTE_LEVEL_TOP) table_count(at->entry, 1);
	}
	v->tables++;
	at->level--;
	at->entry = &table[pte_index(va, at->level)];
}

int table_reach(struct vspace *v, uint64_t va, unsigned int level, struct tlb_batch *tlb, struct place *out)
{
	struct place at = table_find(v, va);

	KASSERT(va < USER_END, "the kernel's half is never changed");
	if (at.level > level && feed_available(&v->feeds) < at.level - level) {
		v->wanted = at.level - level;
		return -ENOMEM;
	}
	for (unsigned int made = 0; at.level > level && made < TABLES_AT_ONCE; made++) descend(v, &at, va, tlb);
	*out = at;
	return 0;
}

bool table_prune(struct vspace *v, uint64_t va)
{
	uint64_t *path[PTE_LEVEL_TOP + 1];
	unsigned int level = PTE_LEVEL_TOP;
	bool pruned = false;

	path[level] = &v->top[pte_index(va, level)];
	while (level > 0 && pte_is_table(*path[level])) {
		uint64_t *table = table_of(*path[level]);

		level--;
		path[level] = &table[pte_index(va, level)];
	}
	for (; level < PTE_LEVEL_TOP && frame_of(path[level])->live == 0; level++) {
		uint64_t *table = table_of(*path[level + 1]);

		*path[level + 1] = 0;
		if (level + 1 < PTE_LEVEL_TOP) table_count(path[level + 1], -1);
		frame_set(table, FRAME_PLAIN, v);
		feed_free(&v->feeds, table);
		v->tables--;
		pruned = true;
	}
	return pruned;
}
