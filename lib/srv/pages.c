/* SPDX-License-Identifier: 0BSD */
/* pages.c: contents of files: pages in a tree of tables of 64, and the store that they come from. */
#include "srv/keep.h"
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

#define INDEX_BITS  36
#define EMPTY_MAX   256 /* numbers in a row without anything: there are no more */

struct free_page {
	struct free_page *next;
};

static const char zeros[PAGE] __attribute__((aligned(4096)));

/* ---- the store ---- */

static uint64_t owner_word(uint32_t file, uint64_t index) { return (uint64_t)file << INDEX_BITS | (index + 1); }

static uint64_t page_number(const struct pages_store *store, const void *page)
{
	return ((uint64_t)page - store->base) / PAGE;
}

static void *page_by_number(const struct pages_store *store, uint64_t n) { return (void *)(store->base + n * PAGE); }

static void put_free(struct pages_store *store, void *page)
{
	struct free_page *p = page;

	p->next = store->free;
	store->free = p;
}

static int64_t map_chunk(struct pages_store *store, uint32_t n, cap_t slot)
{
	int64_t error =
	    os_extent_map(slot, CAP_SELF_VSPACE, store->base + n * CHUNK_BYTES, 0, CHUNK_PAGES, PROT_READ | PROT_WRITE);

	if (error < 0)
		os_cspace_delete(CAP_SELF_CSPACE, slot);
	else
		store->chunks[n] = slot;
	return error;
}

/* A new Extent, which lies with the supervisor, too, if anything is to outlive us. */
static int64_t new_chunk(struct pages_store *store, uint32_t n)
{
	struct message_desc desc = {.accept_count = 1, .land_min = SLOT_DYNAMIC_MIN, .land_max = SLOT_DYNAMIC_MAX - 1};
	struct os_words words = {{MEM_EXTENT, CHUNK_BYTES}};
	int64_t r = os_send(CAP_SELF_PROCESS, &words, &desc, DEADLINE_FOREVER, 0);
	int64_t number = 0;

	if (r < 0 || desc.landed[0] < 0)
		return -ENOMEM;
	if (store->objects.srv->keep)
		number = srv_leave((cap_t)desc.landed[0]);
	if (number < 0) {
		os_cspace_delete(CAP_SELF_CSPACE, (cap_t)desc.landed[0]);
		return number;
	}
	store->lasting->number[n] = (uint32_t)number;
	return map_chunk(store, n, (cap_t)desc.landed[0]);
}

/* One more Extent, whose pages become free. */
static bool add_chunk(struct pages_store *store)
{
	uint32_t n = store->lasting->chunk_count;

	if (n == store->total / CHUNK_PAGES || new_chunk(store, n) < 0)
		return false;
	keep_fence();
	store->lasting->chunk_count = n + 1;
	for (uint64_t i = CHUNK_PAGES; i--;)
		put_free(store, page_by_number(store, n * CHUNK_PAGES + i));
	return true;
}

/* A page full of zeros, from now on this page of this file; NULL: there is none. */
static void *take_page(struct pages_store *store, uint32_t file, uint64_t index)
{
	struct free_page *p;

	if (!store->free && !add_chunk(store))
		return NULL;
	p = store->free;
	store->free = p->next;
	p->next = NULL;
	keep_fence();
	store->owner[page_number(store, p)] = owner_word(file, index);
	return p;
}

static void free_page(struct pages_store *store, void *page)
{
	store->owner[page_number(store, page)] = 0;
	keep_fence();
	put_free(store, memset(page, 0, PAGE));
}

void *pages_record(struct pages_store *store, uint64_t n)
{
	if (n < store->record_pages && !store->records[n])
		store->records[n] = take_page(store, 0, n);
	return n < store->record_pages ? store->records[n] : NULL;
}

/* ---- the tree ---- */

void *pages_at(const struct pages *file, uint64_t index)
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
	page = pages_at(file, offset / PAGE);
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

/* Where the address of the page stands; NULL: no memory for tables. */
static void **place_of(struct pages *file, uint64_t index)
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
	return at;
}

void *pages_make(struct pages_store *store, struct pages *file, uint64_t index)
{
	void **at = place_of(file, index);

	if (!at)
		return NULL;
	if (!*at && store->used < store->limit) {
		*at = take_page(store, file->file, index);
		file->resident += *at != NULL;
		store->used += *at != NULL;
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
		store->used--;
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
		const char *page = pages_at(file, at / PAGE);
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
		grown(r->node, file, offset + r->done + bytes);
		srv_progress(r, bytes);
	}
	return (int64_t)r->done;
}

void pages_trim(struct pages_store *store, struct pages *file, uint64_t length)
{
	char *last = length % PAGE ? pages_at(file, length / PAGE) : NULL;

	pages_cut(store, file, (length + PAGE - 1) / PAGE);
	if (last)
		memset(last + length % PAGE, 0, PAGE - length % PAGE);
}

int64_t pages_truncate(struct srv_node *node, struct pages_store *store, struct pages *file, uint64_t length)
{
	bool shorter = length < node->size_bytes;

	if (length > PAGES_LENGTH_MAX)
		return -EFBIG;
	if (file->object.slot)
		object_resize(&file->object, length);
	node->size_bytes = length;
	if (shorter)
		pages_trim(store, file, length);
	return 0;
}

/* ---- the beginning ---- */

static void note_number(struct pages_store *store, uint32_t number)
{
	if (number < SVC_LEFT_MAX)
		store->seen[number / 8] |= (uint8_t)(1 << number % 8);
}

/* What lies with the supervisor under numbers that nobody knows. Numbers are given from below. */
static void discard_unknown(struct pages_store *store)
{
	unsigned empty = 0;

	for (uint32_t n = 0; n < SVC_LEFT_MAX && empty < EMPTY_MAX; n++) {
		bool known = store->seen[n / 8] & 1 << n % 8;

		empty = known || srv_discard(n) == 0 ? 0 : empty + 1;
	}
}

void pages_recall_end(struct pages_store *store) { discard_unknown(store); }

/* All Extents of the run before, at their places. */
static bool recall_chunks(struct pages_store *store)
{
	struct pages_lasting *l = store->lasting;

	if (l->base != store->base || l->chunk_count > store->total / CHUNK_PAGES)
		return false;
	for (uint32_t n = 0; n < l->chunk_count; n++) {
		int64_t slot = srv_fetch(l->number[n]);

		if (slot < 0 || map_chunk(store, n, (cap_t)slot) < 0)
			return false;
		note_number(store, l->number[n]);
	}
	return true;
}

/* Pages of records, so that the server can go through them. */
static void recall_records(struct pages_store *store)
{
	for (uint64_t i = 0; i < store->lasting->chunk_count * CHUNK_PAGES; i++) {
		uint64_t n = store->owner[i] - 1;

		if (!store->owner[i] || n >= store->record_pages)
			continue; /* a page of a file, or free */
		if (store->records[n])
			store->owner[i] = 0;
		else
			store->records[n] = page_by_number(store, i);
	}
}

int pages_begin(struct pages_store *store, struct srv *srv, uint64_t limit_bytes, uint64_t record_pages, bool recalled)
{
	uint64_t total = align_up(limit_bytes / PAGE + record_pages, CHUNK_PAGES), chunks = total / CHUNK_PAGES;
	struct os_words words = {{MEM_RESERVE, total * PAGE}};
	struct pages_lasting *l = srv_lasting(srv, sizeof(*l) + chunks * sizeof(l->number[0]));

	store->owner = srv_lasting(srv, total * sizeof(uint64_t));
	store->chunks = os_alloc(chunks * sizeof(cap_t));
	store->records = os_alloc(record_pages * sizeof(void *));
	if (!l || !store->owner || !store->chunks || !store->records || os_send_words(CAP_SELF_PROCESS, &words) < 0)
		return -ENOMEM;
	store->lasting = l;
	store->base = words.w[1];
	store->total = total;
	store->limit = limit_bytes / PAGE;
	store->record_pages = record_pages;
	store->objects.srv = srv;
	if (recalled && recall_chunks(store)) {
		recall_records(store);
		return 0;
	}
	if (recalled)
		return -ESTALE;
	l->base = store->base;
	if (srv->keep)
		discard_unknown(store);
	return 0;
}

/* ---- after a restart ---- */

/* Whether the page is that of a file now. */
static bool recall_page(struct pages_store *store, pages_lookup *lookup, uint64_t n)
{
	uint64_t word = store->owner[n], index = (word & ((1ull << INDEX_BITS) - 1)) - 1;
	uint32_t name = (uint32_t)(word >> INDEX_BITS);
	struct pages *file = name ? lookup(name) : NULL;
	void **at = file && index < PAGES_LENGTH_MAX / PAGE ? place_of(file, index) : NULL;

	if (!at || *at)
		return false;
	*at = page_by_number(store, n);
	file->resident++;
	store->used++;
	return true;
}

void pages_recall(struct pages_store *store, pages_lookup *lookup)
{
	for (uint64_t i = store->lasting->chunk_count * CHUNK_PAGES; i--;) {
		bool record = store->owner[i] && store->owner[i] <= store->record_pages;

		if (!record && !(store->owner[i] && recall_page(store, lookup, i)))
			free_page(store, page_by_number(store, i));
	}
}

void pages_recall_object(struct pages_store *store, struct pages *file, uint64_t bytes)
{
	file->store = store;
	pages_map_begin(store);
	object_recall(&store->objects, &file->object, bytes);
	if (file->object.number)
		note_number(store, file->object.number - 1);
}
