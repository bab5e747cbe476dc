/* SPDX-License-Identifier: 0BSD */
/* namespace.c: the trie of a name space. Removal goes up from the node as long as nothing is
 * mounted below any more, so a node without mounts never stays. */
#include "path/namespace.h"

#include "mem/heap.h"
#include "mem/slot.h"
#include "path/text.h"
#include "lib/string.h"

#include <proto/flags.h>
#include <proto/posix.h>

static struct list all = LIST_INIT(all);
static uint32_t last_namespace;
static uint32_t last_mount = MOUNT_ROOT;

/* FNV-1a over the parent's id, all of it at once, and the name. Equal hashes are told apart by the names. */
static uint64_t node_key(uint32_t parent, const char *name, unsigned len)
{
	uint64_t hash = 0xcbf29ce484222325ull;

	hash = (hash ^ parent) * 0x100000001b3ull;
	for (unsigned i = 0; i < len; i++)
		hash = (hash ^ (uint8_t)name[i]) * 0x100000001b3ull;
	return hash;
}

static struct node *node_new(struct namespace *ns, struct node *parent, const char *name, unsigned len)
{
	struct node *node = heap_alloc(sizeof(*node) + len);

	if (!node)
		return NULL;
	node->id = ++ns->next_node;
	node->parent = parent;
	node->name_bytes = (uint8_t)len;
	memcpy(node->name, name, len);
	list_init(&node->children);
	if (parent) {
		node->path_bytes = (uint16_t)(parent->path_bytes + 1 + len);
		list_push_back(&parent->children, &node->sibling);
		tree_insert(&ns->names, &node->by_name, node_key(parent->id, name, len));
	}
	return node;
}

static void node_free(struct namespace *ns, struct node *node)
{
	if (node->parent) {
		list_remove(&node->sibling);
		tree_remove(&ns->names, &node->by_name);
	}
	heap_free(node, sizeof(*node) + node->name_bytes);
}

struct node *namespace_child(const struct namespace *ns, const struct node *node, const char *name, unsigned len)
{
	uint64_t key;

	if (list_empty(&node->children))
		return NULL;
	key = node_key(node->id, name, len);
	for (struct tree_node *t = tree_lower_bound(&ns->names, key); t && t->key == key; t = tree_next(t)) {
		struct node *child = tree_entry(t, struct node, by_name);

		if (child->parent == node && child->name_bytes == len && memcmp(child->name, name, len) == 0)
			return child;
	}
	return NULL;
}

int namespace_new(struct namespace **out)
{
	struct namespace *ns = heap_alloc(sizeof(*ns));

	if (!ns)
		return -ENOMEM;
	list_init(&ns->waiting);
	ns->root = node_new(ns, NULL, "", 0);
	if (!ns->root) {
		heap_free(ns, sizeof(*ns));
		return -ENOMEM;
	}
	for (unsigned i = 0; i < 2; i++) {
		handle_init(&ns->handle[i], HANDLE_NAMESPACE);
		ns->handle[i].rights = i;
	}
	ns->references = 1;
	ns->id = ++last_namespace;
	list_push_back(&all, &ns->all);
	*out = ns;
	return 0;
}

void namespace_get(struct namespace *ns) { ns->references++; }

struct mount *mount_new(cap_t slot, uint32_t server, uint32_t flags)
{
	struct mount *mount = heap_alloc(sizeof(*mount));

	if (!mount)
		return NULL;
	*mount = (struct mount){.number = ++last_mount, .slot = slot, .server = server, .flags = flags};
	return mount;
}

void mount_drop(struct mount *mount)
{
	slot_delete(mount->slot);
	heap_free(mount, sizeof(*mount));
}

/* Takes away NODE and whatever above it is there for nothing any more. */
static void prune(struct namespace *ns, struct node *node)
{
	while (node->parent && node->mounts == 0 && list_empty(&node->children)) {
		struct node *parent = node->parent;

		node_free(ns, node);
		node = parent;
	}
}

static void count(struct node *node, const struct mount *mount, int by)
{
	for (; node; node = node->parent) {
		node->mounts += (uint32_t)by;
		if (mount->flags & NS_MOUNT_SYNTHETIC)
			node->synthetic += (uint32_t)by;
	}
}

static void node_set(struct namespace *ns, struct node *node, struct mount *mount)
{
	node->mount = mount;
	mount->references++;
	ns->mounts++;
	tree_insert(&ns->numbers, &node->by_number, mount->number);
	count(node, mount, 1);
}

static void node_clear(struct namespace *ns, struct node *node)
{
	struct mount *mount = node->mount;

	count(node, mount, -1);
	tree_remove(&ns->numbers, &node->by_number);
	ns->mounts--;
	node->mount = NULL;
	if (--mount->references == 0)
		mount_drop(mount);
	prune(ns, node);
}

/* Finds the node of a prefix. 0; -EINVAL not a physical absolute path; -ENAMETOOLONG. With MAKE,
 * -ENOMEM; else *OUT is NULL where there is none. */
static int walk(struct namespace *ns, const char *prefix, unsigned len, bool make, struct node **out)
{
	struct node *node = ns->root;

	if (len == 0 || prefix[0] != '/')
		return -EINVAL;
	if (len >= PATH_TEXT_MAX)
		return -ENAMETOOLONG;
	for (struct component c = text_component(prefix, len, 0); c.len; c = text_component(prefix, len, c.end)) {
		struct node *child;

		if (text_is_dot(prefix, c) || text_is_dotdot(prefix, c))
			return prune(ns, node), -EINVAL;
		if (c.len > PATH_NAME_MAX)
			return prune(ns, node), -ENAMETOOLONG;
		child = namespace_child(ns, node, prefix + c.at, c.len);
		if (!child && make) {
			child = node_new(ns, node, prefix + c.at, c.len);
			if (!child)
				return prune(ns, node), -ENOMEM;
		}
		if (!child) {
			*out = NULL;
			return 0;
		}
		node = child;
	}
	*out = node;
	return 0;
}

int namespace_mount(struct namespace *ns, const char *prefix, unsigned len, struct mount *mount)
{
	struct node *node;
	int error;

	if (ns->mounts == NAMESPACE_MOUNTS_MAX)
		return -ENOSPC;
	error = walk(ns, prefix, len, true, &node);
	if (error)
		return error;
	if (node->mount)
		return -EBUSY;
	node_set(ns, node, mount);
	return 0;
}

int namespace_unmount(struct namespace *ns, const char *prefix, unsigned len)
{
	struct node *node;
	int error = walk(ns, prefix, len, false, &node);

	if (error)
		return error;
	if (!node || !node->mount)
		return -EINVAL;
	node_clear(ns, node);
	return 0;
}

bool namespace_mounted(const struct namespace *ns, const char *prefix, unsigned len)
{
	struct node *node;

	return walk((struct namespace *)ns, prefix, len, false, &node) == 0 && node && node->mount;
}

struct node *namespace_numbered(const struct namespace *ns, uint32_t number)
{
	struct node *node;

	if (number == MOUNT_ROOT)
		return ns->root;
	node = namespace_from(ns, number);
	return node && node->mount->number == number ? node : NULL;
}

struct node *namespace_from(const struct namespace *ns, uint32_t number)
{
	struct tree_node *t = tree_lower_bound(&ns->numbers, number);

	return t ? tree_entry(t, struct node, by_number) : NULL;
}

void namespace_path(const struct node *node, char *text)
{
	for (; node->parent; node = node->parent) {
		memcpy(text + node->path_bytes - node->name_bytes, node->name, node->name_bytes);
		text[node->path_bytes - node->name_bytes - 1] = '/';
	}
}

struct node *namespace_covering(struct node *node)
{
	while (node && !node->mount)
		node = node->parent;
	return node;
}

bool namespace_served(const struct node *node)
{
	return !node->mount && (node->synthetic || !namespace_covering((struct node *)node));
}

int namespace_clone(const struct namespace *from, struct namespace **out)
{
	static char path[PATH_TEXT_MAX];
	struct namespace *ns;
	int error = namespace_new(&ns);

	if (error)
		return error;
	for (struct tree_node *t = tree_first(&from->numbers); t && !error; t = tree_next(t)) {
		struct node *node = tree_entry(t, struct node, by_number);

		namespace_path(node, path);
		if (node == from->root)
			node_set(ns, ns->root, node->mount);
		else
			error = namespace_mount(ns, path, node->path_bytes, node->mount);
	}
	if (error) {
		namespace_put(ns);
		return error;
	}
	*out = ns;
	return 0;
}

void namespace_put(struct namespace *ns)
{
	struct tree_node *t;

	if (--ns->references)
		return;
	while ((t = tree_first(&ns->numbers)))
		node_clear(ns, tree_entry(t, struct node, by_number));
	handle_close(&ns->handle[0]);
	handle_close(&ns->handle[1]);
	list_remove(&ns->all);
	node_free(ns, ns->root);
	heap_free(ns, sizeof(*ns));
}

struct namespace *namespace_next(const struct namespace *ns)
{
	struct list_node *next = ns ? list_next(&all, &ns->all) : list_first(&all);

	return next ? list_entry(next, struct namespace, all) : NULL;
}

struct namespace *namespace_lookup(uint32_t id)
{
	list_for_each (at, &all) {
		struct namespace *ns = list_entry(at, struct namespace, all);

		if (ns->id == id)
			return ns;
	}
	return NULL;
}
