/* SPDX-License-Identifier: 0BSD */
/* check_slots.c: invariants of a slot and its place in the derivation tree. */
#include "debug/check.h"

#include "lib/assert.h"
#include "lib/bitmap.h"
#include "mm/extent.h"

static bool is_embedded(const struct slot *s) { return cspace_of(s) == NULL; }

/* What S names agrees with S. */
static void check_meaning(const struct slot *s)
{
	const struct object *obj = s->object;

	switch (s->type) {
	case OBJ_FED:
		KASSERT(object_feeds(s->fed_to)->run[feed_index(object_feeds(s->fed_to), s)].slot == s,
			"a Fed slot is in its object's table");
		break;
	case OBJ_ZOMBIE:
		KASSERT(obj->dying && obj->zombie == s, "a zombie and its object know each other");
		KASSERT(obj->caps == 0, "a zombie is what the last capability becomes");
		break;
	case OBJ_UNTYPED:
		KASSERT(s->watermark <= 1ull << s->size_log2, "no more is handed out than there is");
		break;
	default:
		if (!slot_has_object(s)) break;
		KASSERT(obj->type == s->type, "a capability names an object of its type");
		KASSERT(obj->caps > 0, "its object counts it");
		KASSERT(!obj->zombie, "no zombie while there are capabilities");
	}
}

void check_slot(const struct slot *s)
{
	const struct slot *next = slot_next(s), *prev = slot_prev(s);

	if (!KERN_DEBUG) return;
	KASSERT(s->type < OBJ_TYPES, "types are in the table");
	if (slot_empty(s) && !is_embedded(s)) { /* a Connection's master is empty, but has children */
		KASSERT(!next && !prev && !s->base && !s->data && !s->flags, "an empty slot is all zero");
		return;
	}
	KASSERT(s->depth <= SLOT_DEPTH_MAX, "derivation is bounded");
	KASSERT(!next || slot_prev(next) == s, "links are symmetric");
	KASSERT(!prev || slot_next(prev) == s, "links are symmetric");
	KASSERT(!next || next->depth <= s->depth + 1, "a list in pre-order goes down by one");
	KASSERT(prev || s->depth == 0, "the first is a root");
	check_meaning(s);
}
