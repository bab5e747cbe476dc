/* SPDX-License-Identifier: 0BSD */
/* pages_map.c: files of pages as memory objects.
 *
 * A file that goes while it is mapped leaves its pages behind, as one of the store's orphans. They are looked at again
 * whenever a file is mapped or goes.
 */
#include "srv/pages_map.h"

#include "lib/bits.h"

#define PAGE 4096ul

/* Pages that were never written are made: whoever maps a file may write them. */
static uint64_t find(struct object *object, uint64_t index, uint64_t wanted, cap_t *extent, uint64_t *place)
{
	struct pages *file = container_of(object, struct pages, object);
	struct pages_store *store = file->store;
	char *page = pages_make(store, file, index);
	uint64_t at = page ? (uint64_t)page - store->base : 0, count = 1;

	if (!page)
		return 0;
	*extent = store->chunks[at / CHUNK_BYTES];
	*place = at / PAGE % CHUNK_PAGES;
	while (count < wanted && *place + count < CHUNK_PAGES &&
	       pages_make(store, file, index + count) == page + count * PAGE)
		count++;
	return count;
}

void pages_map_begin(struct pages_store *store) { store->objects.find = find; }

/* Orphans that are not mapped any more. */
static void sweep(struct pages_store *store)
{
	for (struct pages **at = &store->orphans; *at;) {
		struct pages *file = *at;

		if (object_is_mapped(&file->object)) {
			at = &file->next_orphan;
			continue;
		}
		*at = file->next_orphan;
		object_end(&store->objects, &file->object);
		pages_cut(store, file, 0);
		store->gone(file);
	}
}

bool pages_end(struct pages_store *store, struct pages *file)
{
	bool mapped = file->object.slot && object_is_mapped(&file->object);

	if (mapped) {
		file->next_orphan = store->orphans;
		store->orphans = file;
	} else {
		if (file->object.slot) {
			object_resize(&file->object, 0);
			object_end(&store->objects, &file->object);
		}
		pages_cut(store, file, 0);
	}
	sweep(store);
	return !mapped;
}

int64_t pages_map(struct srv_request *r, struct pages_store *store, struct pages *file)
{
	pages_map_begin(store);
	file->store = store;
	sweep(store);
	return object_map(r, &store->objects, &file->object, r->node->size_bytes);
}
