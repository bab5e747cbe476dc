/* SPDX-License-Identifier: 0BSD */
/* pages.c: contents of files: pages in a tree of tables of 64, and the store that they come from. */
#include "srv/pages.h"

#include <parley/heap.h>
#include <parley/syscall.h>
#include <proto/layout.h>
#include "lib/bits.h"
#include "lib/string.h"
#include "srv/pages_map.h"

#define PAGE	    4096ul
#define FANOUT_LOG2 6
#define FANOUT	    (1ul << FANOUT_LOG2)
#define MASK	    (FANOUT - 1)
#define HEIGHT_MAX  6 /* 2^36 pages */

struct free_page {
	struct free_page *next;
};

static const char zeros[PAGE] __attribute__((aligned(4096)));

/* ---- the store ---- */

int pages_begin(struct pages_store *store, uint64_t limit_bytes)
{
	struct os_words words = {{MEM_RESERVE, align_up(limit_bytes, CHUNK_BYTES)}};
	int64_t r = os_send_words(CAP_SELF_PROCESS, &words);

	if (r < 0)
		return (int)r;
	store->limit = limit_bytes / PAGE;
	store->base = words.w[1];
	store->chunks = os_alloc((limit_bytes / CHUNK_BYTES + 1) * sizeof(cap_t));
	return store->chunks ? 0 : -ENOMEM;
}

/* One more Extent, whose pages become free. */
static bool add_chunk(struct pages_store *store)
{
	struct message_desc desc = {.accept_count = 1, .land_min = SLOT_DYNAMIC_MIN, .land_max = SLOT_DYNAMIC_MAX - 1};
	struct os_words words = {{MEM_EXTENT, CHUNK_BYTES}};
	uint64_t base = store->base + store->chunk_count * CHUNK_BYTES;
	cap_t slot;

	if (store->chunk_count >= (store->limit * PAGE + CHUNK_BYTES - 1) / CHUNK_BYTES ||
	    os_send(CAP_SELF_PROCESS, &words, &desc, DEADLINE_FOREVER, 0) < 0 || desc.landed[0] < 0)
		return false;
	slot = (cap_t)desc.landed[0];
	if (os_extent_map(slot, CAP_SELF_VSPACE, base, 0, CHUNK_PAGES, PROT_READ | PROT_WRITE) < 0) {
		os_cspace_delete(CAP_SELF_CSPACE, slot);
		return false;
	}
	store->chunks[store->chunk_count++] = slot;
	for (uint64_t i = CHUNK_PAGES; i--;) {
		struct free_page *p = (struct free_page *)(base + i * PAGE);

		p->next = store->free;
		store->free = p;
	}
	return true;
}

/* A page full of zeros; NULL: there is none. */
static void *take_page(struct pages_store *store)
{
	struct free_page *p;

	if (store->used == store->limit || (!store->free && !add_chunk(store)))
		return NULL;
	p = store->free;
	store->free = p->next;
	store->used++;
	p->next = NULL;
	return p;
}

static void free_page(struct pages_store *store, void *page)
{
	struct free_page *p = memset(page, 0, PAGE);

	p->next = store->free;
	store->free = p;
	store->used--;
}

/* ---- the tree ---- */

static void *page_at(const struct pages *file, uint64_t index)
{
	void *at = file->root;

	if (index >> FANOUT_LOG2 * file->height)
		return NULL;
	for (uint32_t h = file->height; h && at; h--)
		at = ((void **)at)[index >> FANOUT_LOG2 * (h - 1) & MASK];
	return at;
}

int64_t pages_peek(const struct srv_node *node, const struct pages *file, uint64_t offset, uint64_t length, void *to)
{
	uint64_t within = offset % PAGE;
	const char *page;

	if (offset >= node->size_bytes)
		return 0;
	length = min(length, node->size_bytes - offset);
	if (length > PAGE - within)
		return SRV_LATER;
	page = page_at(file, offset / PAGE);
	memcpy(to, (page ? page : zeros) + within, length);
	return (int64_t)length;
}

/* A tree high enough for `index`. */
static bool grow(struct pages *file, uint64_t index)
{
	while (index >> FANOUT_LOG2 * file->height) {
		void **table = file->root ? os_alloc(FANOUT * sizeof(void *)) : NULL;

		if (file->root && !table)
			return false;
		if (table)
			table[0] = file->root;
		file->root = table;
		file->height++;
	}
	return true;
}

void *pages_make(struct pages_store *store, struct pages *file, uint64_t index)
{
	void **at = &file->root;

	if (!grow(file, index))
		return NULL;
	for (uint32_t h = file->height; h; h--) {
		if (!*at)
			*at = os_alloc(FANOUT * sizeof(void *));
		if (!*at)
			return NULL;
		at = &((void **)*at)[index >> FANOUT_LOG2 * (h - 1) & MASK];
	}
	if (!*at) {
		*at = take_page(store);
		file->resident += *at != NULL;
	}
	return *at;
}

/* Frees the pages from `first` on of a tree of this height: what is left of it. At most HEIGHT_MAX deep. */
static void *cut(struct pages_store *store, struct pages *file, void *tree, uint32_t height, uint64_t first)
{
	void **table = tree;
	bool empty = true;

	if (!tree)
		return NULL;
	if (!height) {
		if (first)
			return tree;
		free_page(store, tree);
		file->resident--;
		return NULL;
	}
	for (uint64_t i = 0; i < FANOUT; i++) {
		uint64_t below = i << FANOUT_LOG2 * (height - 1);

		table[i] = cut(store, file, table[i], height - 1, first > below ? first - below : 0);
		empty = empty && !table[i];
	}
	if (!empty)
		return tree;
	os_free(table, FANOUT * sizeof(void *));
	return NULL;
}

void pages_cut(struct pages_store *store, struct pages *file, uint64_t first)
{
	file->root = cut(store, file, file->root, file->height, first);
}

/* ---- the operations ---- */

static uint64_t in_page(uint64_t offset, uint64_t length) { return min(PAGE - offset % PAGE, length); }

int64_t pages_read(struct srv_request *r, struct pages *file, uint64_t offset, uint64_t length)
{
	uint64_t size = r->node->size_bytes, done = 0;

	if (offset >= size)
		return 0;
	length = min(length, size - offset);
	while (done < length) {
		uint64_t at = offset + done, bytes = in_page(at, length - done);
		const char *page = page_at(file, at / PAGE);
		int64_t put = srv_put(r, (page ? page : zeros) + at % PAGE, bytes);

		if (put <= 0)
			return put < 0 ? put : (int64_t)done;
		done += (uint64_t)put;
	}
	return (int64_t)done;
}

/* Pages for `length` bytes from `offset` on, as pieces: how many bytes they hold, 0: there is no room. */
static uint64_t gather(struct pages_store *store, struct pages *file, uint64_t offset, uint64_t length,
		       struct message_piece *pieces, unsigned *count)
{
	uint64_t done = 0;

	for (*count = 0; done < length && *count < MESSAGE_PIECES_MAX; ++*count) {
		uint64_t at = offset + done, bytes = in_page(at, length - done);
		char *page = pages_make(store, file, at / PAGE);

		if (!page)
			break;
		pieces[*count] = (struct message_piece){(uint64_t)page + at % PAGE, bytes};
		done += bytes;
	}
	return done;
}

static void grown(struct srv_node *node, struct pages *file, uint64_t end)
{
	if (end <= node->size_bytes)
		return;
	node->size_bytes = end;
	if (file->object.slot)
		object_resize(&file->object, end);
}

/* `done` is what has been written, should a page of the client be absent in between. */
int64_t pages_write(struct srv_request *r, struct pages_store *store, struct pages *file, uint64_t offset,
		    uint64_t length)
{
	struct message_piece pieces[MESSAGE_PIECES_MAX];
	unsigned count;

	if (offset >= PAGES_LENGTH_MAX)
		return -EFBIG;
	length = min(length, PAGES_LENGTH_MAX - offset);
	while (r->done < length) {
		uint64_t bytes = gather(store, file, offset + r->done, length - r->done, pieces, &count);
		int error = bytes ? srv_get_pieces(r, r->done, pieces, count) : -ENOSPC;

		if (error == -ENOSPC && r->done)
			break;
		if (error < 0)
			return error;
		r->done += bytes;
		grown(r->node, file, offset + r->done);
	}
	return (int64_t)r->done;
}

int64_t pages_truncate(struct srv_node *node, struct pages_store *store, struct pages *file, uint64_t length)
{
	char *last = length % PAGE ? page_at(file, length / PAGE) : NULL;

	if (length > PAGES_LENGTH_MAX)
		return -EFBIG;
	if (file->object.slot)
		object_resize(&file->object, length);
	if (length < node->size_bytes) {
		pages_cut(store, file, (length + PAGE - 1) / PAGE);
		if (last)
			memset(last + length % PAGE, 0, PAGE - length % PAGE);
	}
	node->size_bytes = length;
	return 0;
}

void pages_end(struct pages_store *store, struct pages *file)
{
	if (!file->object.slot || !pages_orphan(store, file))
		pages_cut(store, file, 0);
}
