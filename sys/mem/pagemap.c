/* SPDX-License-Identifier: 0BSD */
/* pagemap.c: leaves and mappings: pure bookkeeping, no system call. */
#include "mem/pagemap.h"

#include "mem/heap.h"

struct leaf *leaf_from(const struct tree *leaves, uint64_t page)
{
	struct tree_node *node = tree_lower_bound(leaves, page / LEAF_PAGES);

	return node ? tree_entry(node, struct leaf, node) : NULL;
}

struct leaf *leaf_find(const struct tree *leaves, uint64_t page)
{
	struct leaf *leaf = leaf_from(leaves, page);

	return leaf && leaf->node.key == page / LEAF_PAGES ? leaf : NULL;
}

struct leaf *leaf_get(struct tree *leaves, uint64_t page)
{
	struct leaf *leaf = leaf_find(leaves, page);

	if (leaf)
		return leaf;
	leaf = heap_new(struct leaf);
	if (leaf)
		tree_insert(leaves, &leaf->node, page / LEAF_PAGES);
	return leaf;
}

void leaf_trim(struct tree *leaves, struct leaf *leaf)
{
	if (!leaf || leaf->used)
		return;
	tree_remove(leaves, &leaf->node);
	heap_delete(leaf);
}

struct mapping *mapping_new(struct chunk *chunk, uint64_t base)
{
	struct mapping *m = heap_new(struct mapping);

	if (m) {
		m->chunk = chunk;
		m->base = base;
	}
	return m;
}

void mapping_free(struct mapping *m)
{
	chunk_put(m->chunk);
	heap_delete(m);
}

unsigned pagemap_gap(const struct leaf *leaf, uint64_t page, uint64_t low, uint64_t high, unsigned max_order)
{
	unsigned order = max_order;

	for (; order > 0; order--) {
		uint64_t first = page & ~((1ull << order) - 1), end = first + (1ull << order);
		bool empty = first >= low && end <= high;

		for (uint64_t p = first; empty && p < end; p++)
			empty = !leaf_at(leaf, p);
		if (empty)
			break;
	}
	return order;
}
