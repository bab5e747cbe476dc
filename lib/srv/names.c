/* SPDX-License-Identifier: 0BSD */
/* names.c: each name stands in two trees: by its hash and by its place. */
#include "srv/names.h"

#include "lib/string.h"

/* FNV-1a. */
static uint64_t hash(struct srv_name name)
{
	uint64_t h = 0xcbf29ce484222325ull;

	for (unsigned i = 0; i < name.bytes; i++)
		h = (h ^ (uint8_t)name.text[i]) * 0x100000001b3ull;
	return h;
}

struct names_entry *names_find(struct names *names, struct srv_name name)
{
	uint64_t key = hash(name);
	struct tree_node *at = tree_lower_bound(&names->hashes, key);

	for (; at && at->key == key; at = tree_next(at)) {
		struct names_entry *e = tree_entry(at, struct names_entry, by_hash);

		if (e->name.bytes == name.bytes && !memcmp(e->name.text, name.text, name.bytes))
			return e;
	}
	return NULL;
}

void names_add(struct names *names, struct names_entry *entry) { names_add_at(names, entry, names->next_place); }

void names_add_at(struct names *names, struct names_entry *entry, uint64_t place)
{
	tree_insert(&names->hashes, &entry->by_hash, hash(entry->name));
	tree_insert(&names->places, &entry->by_place, place);
	if (place >= names->next_place)
		names->next_place = place + 1;
	names->count++;
}

void names_remove(struct names *names, struct names_entry *entry)
{
	tree_remove(&names->hashes, &entry->by_hash);
	tree_remove(&names->places, &entry->by_place);
	names->count--;
}

int names_read(struct names *names, uint64_t place, struct srv_dir *out)
{
	struct tree_node *at = tree_lower_bound(&names->places, place);

	for (; at; at = tree_next(at)) {
		struct names_entry *e = tree_entry(at, struct names_entry, by_place);

		if (!srv_dir_add(out, e->name, e->node, at->key + 1))
			break;
	}
	return 0;
}

int names_of(struct names *names, const struct srv_node *node, char *name)
{
	for (struct tree_node *at = tree_first(&names->places); at; at = tree_next(at)) {
		struct names_entry *e = tree_entry(at, struct names_entry, by_place);

		if (e->node != node)
			continue;
		memcpy(name, e->name.text, e->name.bytes);
		name[e->name.bytes] = 0;
		return 0;
	}
	return -ENOENT;
}
