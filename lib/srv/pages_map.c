/* SPDX-License-Identifier: 0BSD */
/* pages_map.c: files of pages as memory objects: `sys` asks for pages, and gets slices of the Extents that they lie in.
 *
 * A file that goes while it is mapped leaves its pages behind: they stand in the list of mapped ones, as files without
 * a node, and are looked at again whenever a file is mapped or goes.
 */
#include "srv/pages_map.h"

#include <parley/heap.h>
#include <parley/syscall.h>
#include <proto/layout.h>
#include "lib/bits.h"
#include "lib/string.h"

#define PAGE	       4096ul
#define SLOT_SLICE     SLOT_DYNAMIC_MAX /* kept free for this */
#define EVENT_PRIORITY 100

struct wish {
	uint64_t name, offset, length;
};

static int64_t ask(cap_t to, struct os_words *words, const struct message_desc *desc)
{
	return os_send(to, words, desc, DEADLINE_FOREVER, 0);
}

void pages_resize_object(struct pages *file, uint64_t bytes)
{
	struct os_words words = {{MEM_RESIZE, align_up(bytes, PAGE)}};

	if (ask(file->object, &words, NULL) >= 0)
		file->object_bytes = align_up(bytes, PAGE);
}

/* ---- supplying ---- */

/* How many pages from `index` on, a power of two, lie together in one Extent and fit a slice; the first one is `page`.
 */
static uint64_t run(struct pages_store *store, struct pages *file, uint64_t index, uint64_t count, const char *page)
{
	uint64_t in_chunk = ((uint64_t)page - store->base) / PAGE % CHUNK_PAGES;
	uint64_t pages = 1;

	while (pages * 2 <= count && in_chunk % (pages * 2) == 0) {
		for (uint64_t i = pages; i < pages * 2; i++) {
			if ((const char *)pages_make(store, file, index + i) != page + i * PAGE)
				return pages;
		}
		pages *= 2;
	}
	return pages;
}

/* Supplies some pages from the beginning of `wish` on, or refuses it all: how many bytes of it are done. */
static uint64_t supply(struct pages_store *store, struct pages *file, const struct wish *wish)
{
	struct message_desc desc = {.give_count = 1, .give = {SLOT_SLICE}};
	struct os_words words = {{MEM_SUPPLY, wish->offset}};
	uint64_t index = wish->offset / PAGE, pages, at;
	char *page = pages_make(store, file, index);
	int64_t error;

	if (page) {
		pages = run(store, file, index, wish->length / PAGE, page);
		at = (uint64_t)page - store->base;
		error = os_extent_slice(store->chunks[at / CHUNK_BYTES], at / PAGE % CHUNK_PAGES,
					12 + (uint32_t)__builtin_ctzl(pages), SLOT_SLICE);
		words.w[2] = pages;
		if (error == 0)
			error = ask(file->object, &words, &desc);
		os_cspace_delete(CAP_SELF_CSPACE, SLOT_SLICE);
		if (error >= 0)
			return pages * PAGE;
	}
	words = (struct os_words){{MEM_SUPPLY, wish->offset, wish->length / PAGE, (uint64_t)-ENOSPC}};
	ask(file->object, &words, NULL);
	return wish->length;
}

static struct pages *find(struct pages_store *store, uint64_t name)
{
	struct pages *file = store->mapped;

	while (file && file->name != name)
		file = file->next_mapped;
	return file;
}

static void serve_wishes(struct srv_event *event, uint64_t bits)
{
	struct pages_store *store = container_of(event, struct pages_store, wanted);
	struct os_words words = {{MEM_WANTED}};

	while (ask(CAP_SELF_PROCESS, &words, NULL) >= 0 && words.w[3]) {
		struct wish wish = {words.w[1], words.w[2], words.w[3]};
		struct pages *file = find(store, wish.name);

		while (file && wish.length) {
			uint64_t done = supply(store, file, &wish);

			wish.offset += done;
			wish.length -= done;
		}
		words = (struct os_words){{MEM_WANTED}};
	}
}

/* ---- objects ---- */

static bool is_mapped(const struct pages *file)
{
	struct os_words words = {{MEM_USED}};

	return ask(file->object, &words, NULL) >= 0 && words.w[1];
}

/* Pages of files that have gone and are not mapped any more. */
static void sweep(struct pages_store *store)
{
	for (struct pages **at = &store->mapped; *at;) {
		struct pages *file = *at;

		if (!file->gone || is_mapped(file)) {
			at = &file->next_mapped;
			continue;
		}
		*at = file->next_mapped;
		os_cspace_delete(CAP_SELF_CSPACE, file->object);
		pages_cut(store, file, 0);
		os_free(file, sizeof(*file));
	}
}

bool pages_forget_object(struct pages_store *store, struct pages *file)
{
	struct pages **at = &store->mapped;
	struct pages *rest;

	while (*at != file)
		at = &(*at)->next_mapped;
	rest = is_mapped(file) ? os_alloc(sizeof(*rest)) : NULL;
	if (rest) {
		*rest = *file;
		rest->gone = true;
		*at = rest;
	} else {
		*at = file->next_mapped;
		pages_resize_object(file, 0);
		os_cspace_delete(CAP_SELF_CSPACE, file->object);
		file->object = 0;
	}
	sweep(store);
	return !rest;
}

static int64_t make_object(struct pages_store *store, struct pages *file, uint64_t bytes)
{
	struct message_desc desc = {.give_count = 1,
				    .give = {store->wanted.slot},
				    .accept_count = 1,
				    .land_min = SLOT_DYNAMIC_MIN,
				    .land_max = SLOT_DYNAMIC_MAX - 1};
	uint32_t name = ++store->name_count;
	struct os_words words = {{PROTO_WORD0(MEM_OBJECT, MEM_PAGED, 0), align_up(bytes, PAGE), 1, name}};
	int64_t r = ask(CAP_SELF_PROCESS, &words, &desc);

	if (r < 0 || desc.landed[0] < 0)
		return r < 0 ? r : -ENOMEM;
	file->object = (cap_t)desc.landed[0];
	file->object_bytes = align_up(bytes, PAGE);
	file->name = name;
	file->next_mapped = store->mapped;
	store->mapped = file;
	return 0;
}

int64_t pages_map(struct srv_request *r, struct pages_store *store, struct pages *file, unsigned prot)
{
	int64_t error = 0;

	if (!store->wanted.handle) {
		store->wanted.handle = serve_wishes;
		error = srv_event_init(store->srv, &store->wanted, EVENT_PRIORITY);
		if (error < 0)
			store->wanted.handle = NULL;
	}
	sweep(store);
	if (error == 0 && !file->object)
		error = make_object(store, file, r->node->size_bytes);
	if (error < 0)
		return error;
	r->out.w[1] = r->node->size_bytes;
	return srv_give(r, file->object, false);
}
