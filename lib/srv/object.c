/* SPDX-License-Identifier: 0BSD */
/* object.c: memory objects that this server is the pager of. */
#include "srv/keep.h"
#include "srv/object.h"

#include <parley/syscall.h>
#include <proto/layout.h>
#include "lib/bits.h"

#define PAGE	       4096ul
#define PAGE_SHIFT     12
#define SLOT_SLICE     SLOT_DYNAMIC_MAX /* kept free for this */
#define SLICE_PAGES    512ul		/* at most at a time */
#define EVENT_PRIORITY 100

struct wish {
	uint64_t name, offset, length;
};

static int64_t ask(cap_t to, struct os_words *words, const struct message_desc *desc)
{
	return os_send(to, words, desc, DEADLINE_FOREVER, 0);
}

static uint64_t whole_pages(uint64_t bytes) { return align_up(bytes, PAGE); }

/* ---- supplying ---- */

/* The biggest slice from `place` on of up to `count` pages: slices are powers of two and lie on multiples of
 * themselves. */
static uint64_t slice_pages(uint64_t place, uint64_t count)
{
	uint64_t pages = 1;

	while (pages * 2 <= count && pages < SLICE_PAGES && place % (pages * 2) == 0)
		pages *= 2;
	return pages;
}

/* Supplies some pages from the beginning of `wish` on, or refuses it all: how many bytes of it are done. */
static uint64_t supply(struct object_store *store, struct object *object, const struct wish *wish)
{
	struct message_desc desc = {.give_count = 1, .give = {SLOT_SLICE}};
	struct os_words words = {{MEM_SUPPLY, wish->offset}};
	cap_t extent;
	uint64_t place, count = store->find(object, wish->offset / PAGE, wish->length / PAGE, &extent, &place);

	if (count) {
		uint64_t pages = slice_pages(place, count);
		int64_t error =
		    os_extent_slice(extent, place, PAGE_SHIFT + (uint32_t)__builtin_ctzl(pages), SLOT_SLICE);

		words.w[2] = pages;
		if (error == 0)
			error = ask(object->slot, &words, &desc);
		os_cspace_delete(CAP_SELF_CSPACE, SLOT_SLICE);
		if (error >= 0 || error == -EEXIST)
			return pages * PAGE;
	}
	words = (struct os_words){{MEM_SUPPLY, wish->offset, wish->length / PAGE, (uint64_t)-ENOSPC}};
	ask(object->slot, &words, NULL);
	return wish->length;
}

static struct object *find_object(struct object_store *store, uint64_t name)
{
	struct object *object = store->all;

	while (object && object->name != name)
		object = object->next;
	return object;
}

static void serve_wishes(struct srv_event *event, uint64_t bits)
{
	struct object_store *store = container_of(event, struct object_store, event);
	struct os_words words = {{MEM_WANTED}};

	while (ask(CAP_SELF_PROCESS, &words, NULL) >= 0 && words.w[3]) {
		struct wish wish = {words.w[1], words.w[2], words.w[3]};
		struct object *object = find_object(store, wish.name);

		while (object && wish.length) {
			uint64_t done = supply(store, object, &wish);

			wish.offset += done;
			wish.length -= min(done, wish.length);
		}
		words = (struct os_words){{MEM_WANTED}};
	}
}

/* ---- objects ---- */

static int64_t begin(struct object_store *store)
{
	int error = 0;

	if (!store->event.handle) {
		store->event.handle = serve_wishes;
		error = srv_event_init(store->srv, &store->event, EVENT_PRIORITY);
		if (error < 0)
			store->event.handle = NULL;
	}
	return error;
}

static int64_t make(struct object_store *store, struct object *object, uint64_t bytes)
{
	struct message_desc desc = {.give_count = 1,
				    .give = {store->event.slot},
				    .accept_count = 1,
				    .land_min = SLOT_DYNAMIC_MIN,
				    .land_max = SLOT_DYNAMIC_MAX - 1};
	uint32_t name = ++store->names;
	struct os_words words = {{PROTO_WORD0(MEM_OBJECT, MEM_PAGED, 0), whole_pages(bytes), 1, name}};
	int64_t r = ask(CAP_SELF_PROCESS, &words, &desc), number = -ENOENT;

	if (r < 0 || desc.landed[0] < 0)
		return r < 0 ? r : -ENOMEM;
	if (store->srv->keep)
		number = srv_leave((cap_t)desc.landed[0]);
	*object = (struct object){.slot = (cap_t)desc.landed[0],
				  .number = number < 0 ? 0 : (uint32_t)number + 1,
				  .name = name,
				  .bytes = whole_pages(bytes),
				  .next = store->all};
	store->all = object;
	return 0;
}

int64_t object_map(struct srv_request *r, struct object_store *store, struct object *object, uint64_t bytes)
{
	int64_t error = begin(store);

	if (error == 0 && !object->slot)
		error = make(store, object, bytes);
	if (error < 0)
		return error;
	r->out.w[1] = bytes;
	return srv_give(r, object->slot, false);
}

void object_resize(struct object *object, uint64_t bytes)
{
	struct os_words words = {{MEM_RESIZE, whole_pages(bytes)}};

	if (whole_pages(bytes) != object->bytes && ask(object->slot, &words, NULL) >= 0)
		object->bytes = whole_pages(bytes);
}

bool object_is_mapped(const struct object *object)
{
	struct os_words words = {{MEM_USED}};

	return object->slot && ask(object->slot, &words, NULL) >= 0 && words.w[1];
}

void object_end(struct object_store *store, struct object *object)
{
	struct object **at = &store->all;
	uint32_t number = object->number;

	while (*at != object)
		at = &(*at)->next;
	*at = object->next;
	object->number = 0;
	keep_fence();
	if (number)
		srv_discard(number - 1);
	os_cspace_delete(CAP_SELF_CSPACE, object->slot);
	object->slot = 0;
}

/* Whatever was wanted of the run before is asked of us. */
static int64_t take_over(struct object_store *store, const struct object *object, cap_t slot)
{
	struct message_desc desc = {.give_count = 2, .give = {store->event.slot, slot}};
	struct os_words words = {{MEM_PAGER, 1, object->name}};

	return ask(CAP_SELF_PROCESS, &words, &desc);
}

void object_recall(struct object_store *store, struct object *object, uint64_t bytes)
{
	int64_t slot = object->number ? srv_fetch(object->number - 1) : -ENOENT, error = slot;

	if (slot >= 0)
		error = begin(store);
	if (error >= 0)
		error = take_over(store, object, (cap_t)slot);
	if (error < 0) {
		if (slot >= 0)
			os_cspace_delete(CAP_SELF_CSPACE, (cap_t)slot);
		*object = (struct object){.slot = 0};
		return;
	}
	object->slot = (cap_t)slot;
	object->next = store->all;
	store->all = object;
	store->names = max(store->names, object->name);
	object_resize(object, bytes);
}
