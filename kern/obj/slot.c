/* SPDX-License-Identifier: 0BSD */
/* slot.c: the derivation tree as a list.
 *
 * What keeps the pre-order list a tree is one rule: a slot is at most one deeper than the slot
 * before it. Inserting behind a parent or in front of a sibling keeps it; so does taking out a slot
 * that has no children. Nothing else changes the list.
 */
#include "obj/slot.h"

#include "lib/assert.h"
#include "mm/extent.h"
#include "obj/cspace.h"

static uint32_t slot_link(const struct slot *s)
{
	KASSERT(!s || virt_to_phys(s) % sizeof(*s) == 0, "links count in slots");
	return s ? (uint32_t)(virt_to_phys(s) / sizeof(*s)) : 0;
}

static struct slot *slot_at(uint32_t link) { return link ? phys_to_virt((uint64_t)link * sizeof(struct slot)) : NULL; }

struct slot *slot_next(const struct slot *s) { return slot_at(s->next); }

struct slot *slot_prev(const struct slot *s) { return slot_at(s->prev); }

bool slot_has_children(const struct slot *s)
{
	const struct slot *next = slot_next(s);

	return next && next->depth > s->depth;
}

/* Puts S between PREV and NEXT, either of which may be NULL. */
static void link_between(struct slot *s, struct slot *prev, struct slot *next, unsigned depth)
{
	KASSERT(depth <= SLOT_DEPTH_MAX, "callers refuse deeper derivation with ELOOP");
	s->depth = (uint16_t)depth;
	s->prev = slot_link(prev);
	s->next = slot_link(next);
	if (prev) prev->next = slot_link(s);
	if (next) next->prev = slot_link(s);
}

static void slot_unlink(struct slot *s)
{
	struct slot *prev = slot_prev(s), *next = slot_next(s);

	KASSERT(!slot_has_children(s), "only leaves leave the tree");
	if (prev) prev->next = s->next;
	if (next) next->prev = s->prev;
}

void slot_root(struct slot *to)
{
	link_between(to, NULL, NULL, 0);
	cspace_took(to);
}

void slot_link_child(struct slot *to, struct slot *parent)
{
	link_between(to, parent, slot_next(parent), parent->depth + 1u);
	cspace_took(to);
}

void slot_link_sibling(struct slot *to, struct slot *source)
{
	link_between(to, slot_prev(source), source, source->depth);
	cspace_took(to);
}

void slot_hoist(struct slot *s, struct slot *source)
{
	slot_unlink(s);
	link_between(s, slot_prev(source), source, source->depth);
}

int slot_copyable(const struct slot *source)
{
	switch (source->type) {
	case OBJ_NONE:
		return -EBADF;
	case OBJ_UNTYPED:
	case OBJ_FED:
	case OBJ_RAW:
	case OBJ_ZOMBIE:
	case OBJ_DEAD:
		return -EINVAL;
	default:
		return 0;
	}
}

static void fill_copy(struct slot *to, const struct slot *source, uint8_t rights)
{
	KASSERT(slot_empty(to) && !slot_copyable(source), "callers check both");
	to->type = source->type;
	to->rights = source->rights & rights;
	to->flags = 0;
	to->size_log2 = source->size_log2;
	to->map_generation = 0;
	to->base = source->type == OBJ_EXTENT ? extent_base(source) : source->base;
	to->data = source->type == OBJ_EXTENT ? 0 : source->data;
}

void slot_copy(struct slot *to, struct slot *source, uint8_t rights)
{
	fill_copy(to, source, rights);
	slot_link_sibling(to, source);
	object_named(to);
}

void slot_derive(struct slot *to, struct slot *source, uint8_t rights)
{
	fill_copy(to, source, rights);
	slot_link_child(to, source);
	object_named(to);
}

void slot_move(struct slot *to, struct slot *from)
{
	KASSERT(slot_empty(to) && !slot_empty(from), "callers check both");
	*to = *from;
	link_between(to, slot_prev(from), slot_next(from), from->depth);
	if (to->type == OBJ_FED) {
		struct feeds *feeds = object_feeds(to->fed_to);

		feeds->run[feed_index(feeds, from)].slot = to;
	} else if (to->type == OBJ_ZOMBIE) {
		to->object->zombie = to;
	}
	*from = (struct slot){0};
	cspace_took(to);
	cspace_freed(from);
}

void slot_deaden(struct slot *s)
{
	KASSERT(s->type == OBJ_CONNECTION, "only Connections leave something behind");
	slot_unlink(s);
	s->object->caps--;
	*s = (struct slot){.type = OBJ_DEAD, .flags = s->flags};
}

void slot_clear(struct slot *s)
{
	slot_unlink(s);
	*s = (struct slot){0};
	cspace_freed(s);
}
