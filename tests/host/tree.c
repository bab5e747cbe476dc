/* SPDX-License-Identifier: 0BSD */
/* tree.c: tests of kern/lib/tree: order, places, and random operations against a sorted array. */
#include "lib/tree.h"

#include "host/harness.h"

#include <string.h>

#define NODES 512

struct item {
	int number;
	struct tree_node node;
};

/* The reference: pointers in the order in which the tree must have them. */
struct reference {
	struct tree_node *at[NODES];
	int count;
};

static bool before(const struct tree_node *a, const struct tree_node *b)
{
	return a->key < b->key || (a->key == b->key && a->arrival < b->arrival);
}

static void reference_add(struct reference *ref, struct tree_node *node)
{
	int at = ref->count++;

	for (; at > 0 && before(node, ref->at[at - 1]); at--)
		ref->at[at] = ref->at[at - 1];
	ref->at[at] = node;
}

static void reference_drop(struct reference *ref, const struct tree_node *node)
{
	int at = 0;

	while (ref->at[at] != node)
		at++;
	ref->count--;
	memmove(&ref->at[at], &ref->at[at + 1], (size_t)(ref->count - at) * sizeof(ref->at[0]));
}

static bool same(const struct tree *tree, const struct reference *ref)
{
	struct tree_node *node = tree_first(tree);

	for (int i = 0; i < ref->count; i++, node = tree_next(node)) {
		if (node != ref->at[i])
			return false;
	}
	return node == NULL;
}

TEST(tree, zeroed_tree_is_empty)
{
	struct tree tree = {0};

	EXPECT(tree_empty(&tree));
	EXPECT(tree_first(&tree) == NULL);
	EXPECT(tree_valid(&tree));
}

TEST(tree, equal_keys_keep_order_of_arrival)
{
	struct tree tree = {0};
	struct item items[20] = {0};
	int number = 0;

	for (int i = 0; i < 20; i++) {
		items[i].number = i;
		tree_insert(&tree, &items[i].node, 7);
	}
	for (struct tree_node *node = tree_first(&tree); node; node = tree_next(node))
		EXPECT_EQ(tree_entry(node, struct item, node)->number, number++);
	EXPECT_EQ(number, 20);
}

TEST(tree, reinsert_returns_to_the_old_place)
{
	struct tree tree = {0};
	struct item items[3] = {0};

	for (int i = 0; i < 3; i++)
		tree_insert(&tree, &items[i].node, 5);
	tree_remove(&tree, &items[0].node);
	EXPECT(!tree_linked(&items[0].node));
	EXPECT(tree_first(&tree) == &items[1].node);
	tree_reinsert(&tree, &items[0].node);
	EXPECT(tree_linked(&items[0].node));
	EXPECT(tree_first(&tree) == &items[0].node);
	EXPECT(tree_next(&items[0].node) == &items[1].node);
}

TEST(tree, lower_bound_finds_first_of_equal_keys)
{
	struct tree tree = {0};
	struct item items[64] = {0};

	for (int i = 0; i < 64; i++)
		tree_insert(&tree, &items[i].node, (uint64_t)(i % 8) * 10);
	EXPECT(tree_lower_bound(&tree, 0) == &items[0].node);
	EXPECT(tree_lower_bound(&tree, 30) == &items[3].node);
	EXPECT(tree_lower_bound(&tree, 31) == &items[4].node);
	EXPECT(tree_lower_bound(&tree, 70) == &items[7].node);
	EXPECT(tree_lower_bound(&tree, 71) == NULL);
}

TEST(tree, ascending_keys_stay_balanced)
{
	static struct item items[4096];
	struct tree tree = {0};
	int depth = 0;

	memset(items, 0, sizeof(items));
	for (int i = 0; i < 4096; i++)
		tree_insert(&tree, &items[i].node, (uint64_t)i);
	EXPECT(tree_valid(&tree));
	for (const struct tree_node *node = tree.root; node; node = node->child[1])
		depth++;
	EXPECT(depth <= 17); /* 1.45 * log2(4096) */
}

static void random_operations(unsigned int keys, unsigned int rounds)
{
	static struct item items[NODES];
	struct tree tree = {0};
	struct reference ref = {.count = 0};

	memset(items, 0, sizeof(items));
	for (unsigned int i = 0; i < rounds; i++) {
		struct tree_node *node = &items[host_random() % NODES].node;

		if (tree_linked(node)) {
			reference_drop(&ref, node);
			tree_remove(&tree, node);
		} else {
			if (node->arrival && host_random() % 2)
				tree_reinsert(&tree, node);
			else
				tree_insert(&tree, node, host_random() % keys);
			reference_add(&ref, node);
		}
		REQUIRE(tree_first(&tree) == (ref.count ? ref.at[0] : NULL));
		if (i % 16 == 0)
			REQUIRE(tree_valid(&tree) && same(&tree, &ref));
	}
	while (ref.count) {
		tree_remove(&tree, ref.at[0]);
		reference_drop(&ref, ref.at[0]);
		REQUIRE(tree_valid(&tree) && same(&tree, &ref));
	}
	EXPECT(tree_empty(&tree));
}

TEST(tree, random_operations_agree_with_sorted_array) { random_operations(1u << 30, 20000); }

TEST(tree, random_operations_on_few_keys_agree_with_sorted_array) { random_operations(3, 20000); }
