/* SPDX-License-Identifier: 0BSD */
/* region.c: regions and leaves against a plain array of pages. */
#include "mem/region.h"

#include "host/harness.h"
#include "mem/heap.h"
#include "mem/pagemap.h"
#include "host/mem/shim.h"

#define PAGES 200u
#define BASE  0x1000u

static uint32_t model[PAGES]; /* 0: nothing; else the protection + 1 */

static void check(struct space *s)
{
	uint64_t sum = 0;

	EXPECT(tree_valid(&s->regions));
	for (uint64_t i = 0; i < PAGES; i++) {
		struct region *r = region_find(s, BASE + i), *above = region_from(s, BASE + i);

		EXPECT_EQ(r ? r->prot + 1 : 0, model[i]);
		EXPECT(!r || above == r);
		EXPECT(!above || above->end > BASE + i);
		sum += r != NULL;
	}
	EXPECT_EQ(s->pages, sum);
	for (struct region *r = region_from(s, 0), *next; r; r = next) {
		next = region_next(r);
		EXPECT(region_start(r) < r->end && (!next || r->end <= region_start(next)));
	}
}

/* Takes [first, end) away, as unmapping does. */
static void clear(struct space *s, uint64_t first, uint64_t end)
{
	struct region *r;

	while ((r = region_from(s, first)) != NULL && region_start(r) < end) {
		uint64_t start = region_start(r) > first ? region_start(r) : first;

		EXPECT_EQ(region_cut(s, start), 0);
		r = region_find(s, start);
		if (r->end <= end)
			region_delete(r);
		else
			region_shrink(r, end, r->end);
	}
}

TEST(region, random_changes_agree_with_an_array)
{
	struct space s = {0};
	uint64_t seed = 3, records;

	shim_init();
	records = heap_used_bytes();
	for (unsigned round = 0; round < 4000; round++) {
		uint64_t first = shim_any(&seed, PAGES), count = 1 + shim_any(&seed, PAGES - first);
		uint32_t prot = (uint32_t)shim_any(&seed, 4);
		struct region like = {.prot = prot, .flags = round % 3 ? 0 : REGION_RESERVED}, *r;

		clear(&s, BASE + first, BASE + first + count);
		for (uint64_t i = first; i < first + count; i++)
			model[i] = 0;
		if (shim_any(&seed, 3)) {
			EXPECT_EQ(region_new(&s, &like, BASE + first, BASE + first + count, &r), 0);
			region_join(r);
			for (uint64_t i = first; i < first + count; i++)
				model[i] = prot + 1;
		}
		if (round % 8 == 0)
			check(&s);
	}
	clear(&s, 0, PAGES_END);
	EXPECT(tree_empty(&s.regions));
	EXPECT_EQ(s.pages, 0);
	EXPECT_EQ(shim_charged, 0);
	EXPECT_EQ(heap_used_bytes(), records);
}

TEST(region, room_is_never_taken)
{
	struct space s = {0};
	struct region like = {.prot = 1}, *r;
	uint64_t seed = 4;

	shim_init();
	for (unsigned i = 0; i < 300; i++) {
		uint64_t pages = 1 + shim_any(&seed, 100), at = region_room(&s, pages);

		REQUIRE(at != 0);
		for (uint64_t p = at; p < at + pages; p++)
			REQUIRE(!region_find(&s, p));
		EXPECT_EQ(region_new(&s, &like, at, at + pages, &r), 0);
		if (i % 4 == 0)
			region_delete(r);
		else
			region_join(r);
	}
	EXPECT_EQ(region_room(&s, 1ull << 40), 0);
	clear(&s, 0, PAGES_END);
}

TEST(pagemap, gaps_are_aligned_empty_and_within_bounds)
{
	struct tree leaves = {0};
	struct chunk chunk = {.references = 1};
	struct mapping *m;
	struct leaf *leaf;

	shim_init();
	m = mapping_new(&chunk, 0);
	leaf = leaf_get(&leaves, 130);
	EXPECT(leaf == leaf_find(&leaves, 128) && leaf == leaf_find(&leaves, 191) && !leaf_find(&leaves, 192));
	EXPECT(leaf_from(&leaves, 0) == leaf && !leaf_from(&leaves, 192));
	EXPECT_EQ(pagemap_gap(leaf, 130, 0, 1000, 4), 4);
	EXPECT_EQ(pagemap_gap(leaf, 130, 129, 1000, 4), 1);
	EXPECT_EQ(pagemap_gap(leaf, 130, 130, 131, 4), 0);
	leaf_set(leaf, 140, m);
	EXPECT_EQ(pagemap_gap(leaf, 130, 0, 1000, 4), 3);
	EXPECT_EQ(pagemap_gap(leaf, 141, 0, 1000, 4), 0);
	EXPECT_EQ(pagemap_gap(leaf, 142, 0, 1000, 4), 1);
	EXPECT_EQ(pagemap_gap(NULL, 142, 0, 1000, 4), 4);
	EXPECT(leaf_clear(leaf, 140) == m && m->live == 0);
	mapping_free(m);
	EXPECT_EQ(chunk.references, 0);
	leaf_trim(&leaves, leaf);
	EXPECT(tree_empty(&leaves));
}
