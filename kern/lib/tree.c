/* SPDX-License-Identifier: 0BSD */
/* tree.c: the AVL tree behind every long queue.
 *
 * Each node knows its parent and the difference of the heights of its subtrees, -1, 0 or 1. After
 * an insertion or a removal we walk up while the height of the subtree below has changed; a
 * difference that became 2 is put right by one or two rotations. An insertion stops at the first
 * rotation, a removal may rotate at every level. `side` is 0 or 1 throughout and indexes child[],
 * so that each case is written once for left and right.
 */
#include "lib/tree.h"

#include "lib/assert.h"

static bool precedes(const struct tree_node *a, const struct tree_node *b)
{
	return a->key != b->key ? a->key < b->key : a->arrival < b->arrival;
}

static int side_of(const struct tree_node *parent, const struct tree_node *child) { return parent->child[1] == child; }

static int sign_of(int side) { return side ? 1 : -1; }

/* Lets `node` (or nothing) take the place that `old` has under its parent. */
static void replace(struct tree *tree, const struct tree_node *old, struct tree_node *node)
{
	struct tree_node *parent = old->parent;

	if (parent)
		parent->child[side_of(parent, old)] = node;
	else
		tree->root = node;
	if (node) node->parent = parent;
}

static void set_child(struct tree_node *parent, int side, struct tree_node *child)
{
	parent->child[side] = child;
	if (child) child->parent = parent;
}

/* Lifts the child on `side` of `top` into the place of `top`, which becomes its other child. */
static void rotate(struct tree *tree, struct tree_node *top, int side)
{
	struct tree_node *child = top->child[side];

	replace(tree, top, child);
	set_child(top, side, child->child[!side]);
	set_child(child, !side, top);
}

/* Rotates `top`, whose balance is 2 or -2, right again. Returns what stands in its place now. */
static struct tree_node *restore(struct tree *tree, struct tree_node *top)
{
	int side = top->balance > 0;
	int sign = sign_of(side);
	struct tree_node *child = top->child[side];
	struct tree_node *grand = child->child[!side];

	if (child->balance != -sign) {
		rotate(tree, top, side);
		top->balance = child->balance == 0 ? sign : 0;
		child->balance = child->balance == 0 ? -sign : 0;
		return child;
	}
	rotate(tree, child, !side);
	rotate(tree, top, side);
	top->balance = grand->balance == sign ? -sign : 0;
	child->balance = grand->balance == -sign ? sign : 0;
	grand->balance = 0;
	return grand;
}

/* `node` has become one higher than it was; puts everything above it right. */
static void grown(struct tree *tree, struct tree_node *node)
{
	for (struct tree_node *parent = node->parent; parent; parent = node->parent) {
		parent->balance += sign_of(side_of(parent, node));
		if (parent->balance == 0) return;
		if (parent->balance == 2 || parent->balance == -2) {
			restore(tree, parent);
			return;
		}
		node = parent;
	}
}

/* The subtree on `side` of `parent` has become one lower; puts everything from there up right. */
static void shrunk(struct tree *tree, struct tree_node *parent, int side)
{
	while (parent) {
		struct tree_node *node = parent;

		node->balance -= sign_of(side);
		if (node->balance == 1 || node->balance == -1) return;
		if (node->balance != 0) {
			node = restore(tree, node);
			if (node->balance != 0) return;
		}
		parent = node->parent;
		side = parent && side_of(parent, node);
	}
}

void tree_reinsert(struct tree *tree, struct tree_node *node)
{
	struct tree_node *parent = NULL;
	int side = 0;

	KASSERT(!node->linked, "a node can be in one tree only");
	for (struct tree_node *at = tree->root; at; at = at->child[side]) {
		KASSERT(at->key != node->key || at->arrival != node->arrival, "two nodes with one place have no order");
		parent = at;
		side = precedes(at, node);
	}
	node->child[0] = NULL;
	node->child[1] = NULL;
	node->parent = parent;
	node->balance = 0;
	node->linked = true;
	if (parent)
		parent->child[side] = node;
	else
		tree->root = node;
	if (!tree->first || precedes(node, tree->first)) tree->first = node;
	grown(tree, node);
}

void tree_insert(struct tree *tree, struct tree_node *node, uint64_t key)
{
	node->key = key;
	node->arrival = tree->arrivals++;
	tree_reinsert(tree, node);
}

/* Removes `node`, which has two children, by letting its successor take its place. */
static void remove_inner(struct tree *tree, struct tree_node *node)
{
	struct tree_node *heir = tree_next(node);
	struct tree_node *lower = heir->parent; /* whose subtree gets lower by this */
	int side = side_of(lower, heir);

	replace(tree, heir, heir->child[1]);
	if (lower == node) lower = heir;
	set_child(heir, 0, node->child[0]);
	set_child(heir, 1, node->child[1]);
	heir->balance = node->balance;
	replace(tree, node, heir);
	shrunk(tree, lower, side);
}

void tree_remove(struct tree *tree, struct tree_node *node)
{
	struct tree_node *parent = node->parent;

	KASSERT(node->linked, "only what is in a tree can be removed");
	if (tree->first == node) tree->first = tree_next(node);
	if (node->child[0] && node->child[1]) {
		remove_inner(tree, node);
	} else {
		int side = parent && side_of(parent, node);

		replace(tree, node, node->child[0] ? node->child[0] : node->child[1]);
		shrunk(tree, parent, side);
	}
	node->linked = false;
}

static struct tree_node *leftmost(struct tree_node *node)
{
	while (node->child[0]) node = node->child[0];
	return node;
}

struct tree_node *tree_next(const struct tree_node *node)
{
	struct tree_node *parent = node->parent;

	if (node->child[1]) return leftmost(node->child[1]);
	while (parent && side_of(parent, node) == 1) {
		node = parent;
		parent = node->parent;
	}
	return parent;
}

struct tree_node *tree_lower_bound(const struct tree *tree, uint64_t key)
{
	struct tree_node *best = NULL;

	for (struct tree_node *at = tree->root; at; at = at->child[at->key < key]) {
		if (at->key >= key) best = at;
	}
	return best;
}

/* The height of a subtree by following the heavier child, which exists where balance says so. */
static int height(const struct tree_node *node)
{
	int levels = 0;

	for (; node; node = node->child[node->balance > 0]) levels++;
	return levels;
}

static bool node_valid(const struct tree_node *node)
{
	const struct tree_node *left = node->child[0];
	const struct tree_node *right = node->child[1];

	return node->linked && node->balance >= -1 && node->balance <= 1 &&
	       height(right) - height(left) == node->balance && (!left || left->parent == node) &&
	       (!right || right->parent == node);
}

bool tree_valid(const struct tree *tree)
{
	const struct tree_node *last = NULL;

	if (!tree->root) return !tree->first;
	if (tree->root->parent || tree->first != leftmost(tree->root)) return false;
	for (const struct tree_node *node = tree->first; node; node = tree_next(node)) {
		if (!node_valid(node) || (last && !precedes(last, node))) return false;
		last = node;
	}
	return true;
}
