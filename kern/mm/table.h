/* SPDX-License-Identifier: 0BSD */
/* table.h: the page tables of an address space.
 *
 * A place is the entry at which the walk for an address ends: an entry of level 0, or a higher one
 * that is absent or a large page. Each lower table's frame counts its present entries (`live`);
 * whoever fills or clears entries of a place keeps the count by table_count. A table without
 * entries goes back to the VSpace's free list by table_prune.
 */
#pragma once

#include "arch/x86_64/pagetable.h"
#include "mm/tlb.h"

struct place {
	uint64_t *entry;
	unsigned int level;
};

static inline uint64_t *table_of(uint64_t entry) { return phys_to_virt(entry & PTE_ADDRESS_MASK); }

/* Where the walk for the user address VA ends. Written out, since every walk comes here. */
static inline struct place table_find(struct vspace *v, uint64_t va)
{
	uint64_t *entry = &v->top[pte_index(va, 3)];

	if (!pte_is_table(*entry)) return (struct place){entry, 3};
	entry = &table_of(*entry)[pte_index(va, 2)];
	if (!pte_is_table(*entry)) return (struct place){entry, 2};
	entry = &table_of(*entry)[pte_index(va, 1)];
	if (!pte_is_table(*entry)) return (struct place){entry, 1};
	return (struct place){&table_of(*entry)[pte_index(va, 0)], 0};
}

/* No call makes more tables: clearing one is a good part of what may be done between two cuts. */
#define TABLES_AT_ONCE 2

/* Like table_find, but goes down to LEVEL: makes tables and splits large pages on the way (then
 * adds everything to TLB). The place is at LEVEL, or lower where tables exist already. 0, or
 * -ENOMEM with v->wanted set and nothing changed. At most TABLES_AT_ONCE are made, then the
 * place may be above LEVEL: call again. About 600
 * instructions each. */
int table_reach(struct vspace *v, uint64_t va, unsigned int level, struct tlb_batch *tlb, struct place *out);

/* CHANGE entries of the table that ENTRY, of a level below the top, stands in became present. */
static inline void table_count(const uint64_t *entry, int change)
{
	struct frame *f = frame_of(entry);

	f->live = (uint16_t)(f->live + change);
}

/* Frees the tables on the way to VA that have no entries; the caller flushes TLB before any of
 * them is used again. True when there was one. */
bool table_prune(struct vspace *v, uint64_t va);
