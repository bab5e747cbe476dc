/* SPDX-License-Identifier: 0BSD */
/* slots.c: invariants of whole capability tables and derivation trees.
 *
 * Two facts about the order of the list make the whole-tree check linear. All capabilities to one
 * object stand in one run, because a copy is linked next to its source. And what an Untyped handed
 * out stands in descending order of address behind it, because new children go to the front.
 */
#include "host/check/all.h"

#include "lib/assert.h"
#include "lib/bitmap.h"
#include "mm/extent.h"

struct range {
	uint64_t base, end; /* both 0: not memory */
};

static struct range object_memory(const struct object *obj, unsigned type)
{
	uint64_t base = virt_to_phys(obj) - object_ops[type]->header_offset;

	return (struct range){base, base + (1ull << obj->size_log2)};
}

/* The memory that the capability in S stands for. */
static struct range slot_memory(const struct slot *s)
{
	switch (s->type) {
	case OBJ_EXTENT:
		return (struct range){extent_base(s), extent_base(s) + (1ull << s->size_log2)};
	case OBJ_UNTYPED:
	case OBJ_FED:
	case OBJ_RAW:
		return (struct range){s->base, s->base + (1ull << s->size_log2)};
	case OBJ_CONNECTION:
		return (struct range){0, 0};
	case OBJ_ZOMBIE:
		return object_memory(s->object, s->object->type);
	default:
		return slot_has_object(s) ? object_memory(s->object, s->type) : (struct range){0, 0};
	}
}

static bool is_embedded(const struct slot *s) { return cspace_of(s) == NULL; }

static void check_feeds(const struct object *obj, const struct feeds *f)
{
	KASSERT(f->count <= FEEDS_MAX, "the table has so many entries");
	for (unsigned i = 0; i < f->count; i++) {
		KASSERT(f->run[i].slot->type == OBJ_FED, "an entry names a Fed slot");
		KASSERT(f->run[i].slot->fed_to == obj, "that was fed to this object");
		KASSERT((uint64_t)f->run[i].used_pages << PAGE_SHIFT <= 1ull << f->run[i].slot->size_log2,
			"no more is used than was fed");
	}
}

void check_cspace_page(const struct cspace *cs, uint32_t page)
{
	const struct slot *slots;
	const uint64_t *free;

	if (cs->feeds.count)
		check_feeds(&cs->object, &cs->feeds);
	if (page >= cs->pages)
		return;
	slots = cs->page[page];
	free = cs->free[page].bits;
	KASSERT(bitmap_test(cs->some_free, page) == !!(free[0] | free[1]), "the upper bitmap agrees");
	KASSERT(bitmap_test(&cs->some_free_summary, page / 64) == !!cs->some_free[page / 64], "the summary agrees");
	if (slots == cspace_empty_page) {
		KASSERT((free[0] & free[1]) == ~0ull, "an absent page is all free");
		return;
	}
	KASSERT(cspace_of(slots) == cs && cspace_index(slots) == page * SLOTS_PER_PAGE,
		"a slot page's frame names its place");
	for (unsigned i = 0; i < SLOTS_PER_PAGE; i++) {
		KASSERT(bitmap_test(free, i) == slot_empty(&slots[i]), "bits and slots agree");
		check_slot(&slots[i]);
	}
}

void check_cspace(const struct cspace *cs)
{
	uint32_t used = 0;

	for (uint32_t page = 0; page < cs->pages; page++) {
		check_cspace_page(cs, page);
		if (cs->page[page] == cspace_empty_page)
			continue;
		for (unsigned i = 0; i < SLOTS_PER_PAGE; i++)
			used += !slot_empty(&cs->page[page][i]);
	}
	KASSERT(used == cs->used, "used slots are counted");
}

/* A slot on the path from the root to where the walk is. */
struct level {
	const struct slot *slot;
	struct range memory;
	uint64_t lowest; /* Untyped: base of the child seen last; the next one is below */
};

/* S, whose memory is M, against the nearest slot above it. */
static void check_inside(struct level *above, const struct slot *s, struct range m)
{
	const struct slot *parent = above->slot;

	if (!above->memory.end)
		return;
	KASSERT(m.base >= above->memory.base && m.end <= above->memory.end, "a part of its parent");
	if (parent->type == OBJ_RAW)
		return; /* an Untyped that ends */
	if (parent->type != OBJ_UNTYPED) {
		KASSERT(s->type == parent->type, "only Untypeds have children of another type");
		return;
	}
	KASSERT(m.end > m.base, "what an Untyped hands out is memory");
	KASSERT(m.end <= above->memory.base + parent->watermark, "within what its Untyped has handed out");
	if (is_embedded(s) || s->type == OBJ_ZOMBIE)
		return; /* perhaps parked: it stands before what it was made of */
	KASSERT(m.end <= above->lowest || (m.base == above->lowest && !slot_copyable(s)),
		"parts of an Untyped do not overlap");
	above->lowest = m.base;
}

/* Capabilities to one object that stand next to each other. */
struct run {
	const struct object *object;
	uint32_t count;
};

/* The list goes on to S (NULL: its end). */
static void check_run(struct run *run, const struct slot *s)
{
	const struct object *obj = s && slot_has_object(s) ? s->object : NULL;

	if (obj != run->object) {
		KASSERT(!run->object || run->count == run->object->caps, "an object counts its capabilities");
		*run = (struct run){.object = obj};
	}
	run->count += obj != NULL;
}

void check_tree(const struct slot *root)
{
	static struct level path[SLOT_DEPTH_MAX + 1];
	struct run run = {0};

	KASSERT(!slot_prev(root), "a tree is checked from its first slot on");
	for (const struct slot *s = root; s; s = slot_next(s)) {
		struct range m = slot_memory(s);

		check_slot(s);
		check_run(&run, s);
		if (s->depth > 0)
			check_inside(&path[s->depth - 1], s, m);
		path[s->depth] = (struct level){s, m, m.end};
	}
	check_run(&run, NULL);
}
