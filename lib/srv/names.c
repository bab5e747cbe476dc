/* SPDX-License-Identifier: 0BSD */
/* names.c: each name stands in two trees: by its hash and by its place. */
#include "srv/names.h"

#include <parley/heap.h>
#include "lib/string.h"

struct entry {
	struct tree_node by_hash, by_place;
	struct srv_node *node;
	unsigned bytes;
	char text[];
};

/* FNV-1a. */
static uint64_t hash(struct srv_name name)
{
	uint64_t h = 0xcbf29ce484222325ull;

	for (unsigned i = 0; i < name.bytes; i++)
		h = (h ^ (uint8_t)name.text[i]) * 0x100000001b3ull;
	return h;
}

static struct entry *find(struct names *names, struct srv_name name)
{
	uint64_t key = hash(name);
	struct tree_node *at = tree_lower_bound(&names->hashes, key);

	for (; at && at->key == key; at = tree_next(at)) {
		struct entry *e = tree_entry(at, struct entry, by_hash);

		if (e->bytes == name.bytes && !memcmp(e->text, name.text, name.bytes))
			return e;
	}
	return NULL;
}

struct srv_node *names_find(struct names *names, struct srv_name name)
{
	struct entry *e = find(names, name);

	return e ? e->node : NULL;
}

int names_add(struct names *names, struct srv_name name, struct srv_node *node)
{
	struct entry *e = os_alloc(sizeof(*e) + name.bytes);

	if (!e)
		return -ENOMEM;
	e->node = node;
	e->bytes = name.bytes;
	memcpy(e->text, name.text, name.bytes);
	tree_insert(&names->hashes, &e->by_hash, hash(name));
	tree_insert(&names->places, &e->by_place, names->last_place++);
	names->count++;
	return 0;
}

void names_set(struct names *names, struct srv_name name, struct srv_node *node) { find(names, name)->node = node; }

void names_remove(struct names *names, struct srv_name name)
{
	struct entry *e = find(names, name);

	tree_remove(&names->hashes, &e->by_hash);
	tree_remove(&names->places, &e->by_place);
	names->count--;
	os_free(e, sizeof(*e) + e->bytes);
}

int names_read(struct names *names, uint64_t place, struct srv_dir *out)
{
	struct tree_node *at = tree_lower_bound(&names->places, place);

	for (; at; at = tree_next(at)) {
		struct entry *e = tree_entry(at, struct entry, by_place);

		if (!srv_dir_add(out, (struct srv_name){e->text, e->bytes}, e->node, at->key + 1))
			break;
	}
	return 0;
}

int names_of(struct names *names, const struct srv_node *node, char *name)
{
	for (struct tree_node *at = tree_first(&names->places); at; at = tree_next(at)) {
		struct entry *e = tree_entry(at, struct entry, by_place);

		if (e->node != node)
			continue;
		memcpy(name, e->text, e->bytes);
		name[e->bytes] = 0;
		return 0;
	}
	return -ENOENT;
}
