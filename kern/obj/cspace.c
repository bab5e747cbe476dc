/* SPDX-License-Identifier: 0BSD */
/* cspace.c: capability tables.
 *
 * The object's memory: struct cspace, then three tables with an entry per page: page pointers, free
 * bits, and the bitmap of pages that have a free slot. An absent page is all free and points to the
 * shared empty page. Each slot page's frame knows its CSpace and page number, so that a slot alone
 * is enough to find its bits.
 */
#include "obj/cspace.h"

#include "lib/assert.h"
#include "lib/bitmap.h"
#include "obj/thread.h"

#define FILL_PAGES    48 /* table entries filled in, or slot pages let go, between two cuts */
#define PARKED_ZOMBIE FEEDS_MAX

_Static_assert(CSPACE_PAGES_MAX <= 64 * 64, "one summary word over words of some_free");
_Static_assert(SLOTS_PER_PAGE * sizeof(struct slot) == PAGE_SIZE, "slot pages are pages");

struct slot cspace_empty_page[SLOTS_PER_PAGE];

static void cspace_init(struct object *obj)
{
	struct cspace *cs = cspace_of_object(obj);
	uint64_t room = (1ull << obj->size_log2) - sizeof(*cs) - sizeof(uint64_t);
	uint64_t per_64 = 64 * (sizeof(struct slot *) + sizeof(struct cspace_free)) + sizeof(uint64_t);
	uint64_t pages = room * 64 / per_64;

	cs->pages_max = (uint32_t)min(pages, (uint64_t)CSPACE_PAGES_MAX);
	cs->page = (struct slot **)(cs + 1);
	cs->free = (struct cspace_free *)(cs->page + cs->pages_max);
	cs->some_free = (uint64_t *)(cs->free + cs->pages_max);
	list_init(&cs->threads);
}

/* Fills in some more entries of the tables: absent pages, all free. */
static void fill_tables(struct cspace *cs)
{
	uint32_t end = min(cs->pages + FILL_PAGES, cs->pages_max);

	for (uint32_t i = cs->pages; i < end; i++) {
		cs->page[i] = cspace_empty_page;
		cs->free[i] = (struct cspace_free){{~0ull, ~0ull}};
		bitmap_set(cs->some_free, i);
		cs->some_free_summary |= 1ull << (i / 64);
	}
	cs->pages = end;
}

int cspace_feed(struct cspace *cs, struct slot *untyped)
{
	int error = feed_check(&cs->feeds, &cs->object, untyped);

	if (error) return error;
	while (cs->pages < cs->pages_max) {
		fill_tables(cs);
		if (preempt_cut()) return SYS_RESTART;
	}
	cs->slots = cs->pages * SLOTS_PER_PAGE;
	return feed_add(&cs->feeds, &cs->object, untyped);
}

/* Makes page I present. 0 or -ENOMEM. */
static int page_present(struct cspace *cs, uint32_t i)
{
	struct slot *page;

	if (cs->page[i] != cspace_empty_page) return 0;
	page = feed_page(&cs->feeds);
	if (!page) return -ENOMEM;
	frame_set(page, FRAME_SLOTS, cs);
	frame_of(page)->live = (uint16_t)i;
	cs->page[i] = page;
	return 0;
}

int cspace_slot_at(struct cspace *cs, cap_t index, struct slot **out)
{
	int error;

	if (index >= cs->slots) return cs->slots || cs->object.dead ? -EINVAL : -ENOMEM;
	if (!slot_empty(cspace_slot(cs, index))) return -EEXIST;
	error = page_present(cs, index / SLOTS_PER_PAGE);
	if (error) return error;
	*out = cspace_slot(cs, index);
	return 0;
}

/* The lowest free slot at or above MIN, or SLOTS. Constant time: within MIN's page, then by the
 * bitmaps. */
static cap_t lowest_free(const struct cspace *cs, cap_t min)
{
	uint32_t page = min / SLOTS_PER_PAGE;
	cap_t at = bitmap_next(cs->free[page].bits, SLOTS_PER_PAGE, min % SLOTS_PER_PAGE);
	uint64_t words;
	uint32_t word;

	if (at < SLOTS_PER_PAGE) return page * SLOTS_PER_PAGE + at;
	if (++page >= cs->pages) return cs->slots;
	word = page / 64;
	words = cs->some_free[word] & ~0ull << (page % 64);
	if (!words) {
		uint64_t later = cs->some_free_summary & ~0ull << word & ~(1ull << word);

		if (!later) return cs->slots;
		word = (uint32_t)__builtin_ctzll(later);
		words = cs->some_free[word];
	}
	page = word * 64 + (uint32_t)__builtin_ctzll(words);
	return page * SLOTS_PER_PAGE + bitmap_first(cs->free[page].bits, SLOTS_PER_PAGE);
}

int cspace_slots_at(struct cspace *cs, cap_t first, unsigned count)
{
	cap_t end = first + count;

	if (end < first || end > cs->slots) return cs->slots || cs->object.dead ? -EINVAL : -ENOMEM;
	for (cap_t at = first, next; at < end; at = next) {
		uint32_t page = at / SLOTS_PER_PAGE;
		struct cspace_free *free = &cs->free[page];
		int error = page_present(cs, page);

		if (error) return error;
		next = min(end, (page + 1) * (cap_t)SLOTS_PER_PAGE);
		for (; at < next; at += 64 - at % 64) {
			unsigned bit = at % 64, width = min(next - at, 64 - bit);
			uint64_t want = (width == 64 ? ~0ull : (1ull << width) - 1) << bit;

			if (~free->bits[at % SLOTS_PER_PAGE / 64] & want) return -EEXIST;
		}
	}
	return 0;
}

int cspace_slot_free(struct cspace *cs, cap_t min, cap_t max, struct slot **out, cap_t *index)
{
	cap_t at;
	int error;

	if (min > max) return -EINVAL;
	if (min >= cs->slots) return cs->slots || cs->object.dead ? -EMFILE : -ENOMEM;
	at = lowest_free(cs, min);
	if (at > max || at >= cs->slots) return -EMFILE;
	error = page_present(cs, at / SLOTS_PER_PAGE);
	*out = cspace_slot(cs, at);
	*index = at;
	return error;
}

/* Among the pages of a dying CSpace too, where `slots` is 0. */
static cap_t used_from(const struct cspace *cs, cap_t from)
{
	uint32_t page = from / SLOTS_PER_PAGE, end = min(page + CSPACE_SCAN_PAGES, cs->pages);
	unsigned at = from % SLOTS_PER_PAGE;

	for (; page < end; page++, at = 0) {
		if ((cs->free[page].bits[0] & cs->free[page].bits[1]) == ~0ull) continue;
		at = bitmap_next_clear(cs->free[page].bits, SLOTS_PER_PAGE, at);
		if (at < SLOTS_PER_PAGE) return page * SLOTS_PER_PAGE + at;
	}
	return page * SLOTS_PER_PAGE;
}

cap_t cspace_used_from(const struct cspace *cs, cap_t from) { return from < cs->slots ? used_from(cs, from) : from; }

struct cspace *cspace_of(const struct slot *s)
{
	const struct frame *f = frame_of(s);

	return f->kind == FRAME_SLOTS ? phys_to_virt((uint64_t)f->owner << PAGE_SHIFT) : NULL;
}

cap_t cspace_index(const struct slot *s)
{
	unsigned offset = virt_to_phys(s) % PAGE_SIZE;

	return frame_of(s)->live * SLOTS_PER_PAGE + offset / sizeof(*s);
}

void cspace_took(struct slot *s)
{
	struct cspace *cs = cspace_of(s);
	uint32_t index, page;

	if (!cs) return;
	index = cspace_index(s);
	page = index / SLOTS_PER_PAGE;
	bitmap_clear(cs->free[page].bits, index % SLOTS_PER_PAGE);
	if (!(cs->free[page].bits[0] | cs->free[page].bits[1])) {
		bitmap_clear(cs->some_free, page);
		if (!cs->some_free[page / 64]) cs->some_free_summary &= ~(1ull << (page / 64));
	}
	cs->used++;
}

void cspace_freed(struct slot *s)
{
	struct cspace *cs = cspace_of(s);
	uint32_t index, page;

	if (!cs) return;
	index = cspace_index(s);
	page = index / SLOTS_PER_PAGE;
	bitmap_set(cs->free[page].bits, index % SLOTS_PER_PAGE);
	bitmap_set(cs->some_free, page);
	cs->some_free_summary |= 1ull << (page / 64);
	KASSERT(cs->used > 0, "only used slots are freed");
	cs->used--;
}

struct slot *cspace_parking(struct object *obj, const struct slot *s)
{
	struct cspace *cs = cspace_of_object(obj);

	KASSERT(obj->type == OBJ_CSPACE, "only CSpaces have anything above them on a stack");
	return &cs->parked[s->type == OBJ_FED ? feed_index(&cs->feeds, s) : PARKED_ZOMBIE];
}

/* Empties a little more. */
static void empty_step(struct cspace *cs)
{
	struct slot *s;

	cs->cursor = used_from(cs, cs->cursor);
	KASSERT(cs->cursor < cs->pages * SLOTS_PER_PAGE, "`used` slots are still to be found");
	s = &cs->page[cs->cursor / SLOTS_PER_PAGE][cs->cursor % SLOTS_PER_PAGE];
	if (!slot_empty(s)) object_drop_step(&cs->object, s);
}

/* Lets go of some slot pages, all of them empty: they belong to the Feds again. */
static void forget_pages(struct cspace *cs)
{
	for (unsigned n = 0; cs->pages > 0 && n < FILL_PAGES; n++) {
		struct slot *page = cs->page[--cs->pages];

		if (page != cspace_empty_page) frame_set(page, FRAME_PLAIN, NULL);
	}
}

/* Gives back one run; one whose slot was parked has no owner any more and falls to its parent. */
static bool return_step(struct cspace *cs)
{
	bool done = feed_return_step(&cs->feeds);

	for (unsigned i = 0; i < FEEDS_MAX; i++) {
		if (cs->parked[i].type == OBJ_UNTYPED) slot_clear(&cs->parked[i]);
	}
	return done;
}

static bool cspace_destroy_step(struct object *obj)
{
	struct cspace *cs = cspace_of_object(obj);
	struct list_node *bound = list_first(&cs->threads);

	cs->slots = 0;
	if (bound)
		thread_lose_cspace(bound);
	else if (cs->used > 0)
		empty_step(cs);
	else if (cs->pages > 0)
		forget_pages(cs);
	else
		return return_step(cs);
	return false;
}

const struct object_ops cspace_ops = {
    .feeds_offset = offsetof(struct cspace, feeds),
    .init = cspace_init,
    .destroy_step = cspace_destroy_step,
};
