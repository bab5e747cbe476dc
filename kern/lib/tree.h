/* SPDX-License-Identifier: 0BSD */
/* tree.h: the one balanced tree of the kernel: queues that can be long.
 *
 * Endpoint queues, timers and waiters are all "the smallest key first, equal keys in order of
 * arrival". This is an AVL tree (depth at most 1.45 log2 n, so the bound is tight) over nodes that
 * live inside the objects. Insert, remove and next are O(log n) with a loop, never recursion; first
 * is a cached pointer. For "highest priority first", use a key that falls as priority rises.
 *
 * A node full of zeros is in no tree; so is a tree full of zeros empty. The order of arrival is
 * counted by the tree, 64 bits, and stays in the node after removal, so that what was taken out
 * can be put back at its old place. Whoever owns the tree says what lock holds.
 */
#pragma once

#include "lib/bits.h"

struct tree_node {
	uint64_t key;
	uint64_t arrival;
	struct tree_node *child[2]; /* smaller, larger */
	struct tree_node *parent;
	int32_t balance; /* height of child[1] minus height of child[0] */
	bool linked;
};

struct tree {
	struct tree_node *root;
	struct tree_node *first; /* the smallest node */
	uint64_t arrivals;	 /* how many were inserted with a new place */
};

_Static_assert(sizeof(struct tree_node) <= 48, "objects budget 48 bytes for a place in a queue");

/* Inserts `node`, which is in no tree, behind all nodes of the same key. */
void tree_insert(struct tree *tree, struct tree_node *node, uint64_t key);

/*
 * Inserts `node`, which is in no tree, by the key and arrival that it already has: back to its old
 * place. No node with the same pair may be in the tree.
 */
void tree_reinsert(struct tree *tree, struct tree_node *node);

/* Takes `node` out of `tree`, in which it must be. Its key and arrival stay. */
void tree_remove(struct tree *tree, struct tree_node *node);

/* The next node in order, or NULL after the last. `node` is in a tree. */
struct tree_node *tree_next(const struct tree_node *node);

/* The first node whose key is at least `key`, or NULL. */
struct tree_node *tree_lower_bound(const struct tree *tree, uint64_t key);

static inline struct tree_node *tree_first(const struct tree *tree) { return tree->first; }

static inline bool tree_empty(const struct tree *tree) { return tree->root == NULL; }

static inline bool tree_linked(const struct tree_node *node) { return node->linked; }

#define tree_entry(node, type, member) container_of(node, type, member)

/* Whether every invariant of the tree holds; linear, for the invariant checker and the tests. */
bool tree_valid(const struct tree *tree);
