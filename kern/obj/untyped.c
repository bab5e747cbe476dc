/* SPDX-License-Identifier: 0BSD */
/* untyped.c: retype and reset. */
#include "obj/untyped.h"

#include "lib/assert.h"
#include "lib/string.h"
#include "mm/frame.h"

#define PRIORITY_MAX  255u
#define RAW_TYPE_MASK 63u /* in slot.raw, below the bytes cleared */

_Static_assert(OBJ_TYPES <= RAW_TYPE_MASK, "a type fits below the bytes cleared, which count in 64s");

static const struct {
	uint8_t min_log2, max_log2;
} sizes[OBJ_TYPES] = {
#define OBJECT(NAME, name, min_log2, max_log2, description) [OBJ_##NAME] = {min_log2, max_log2},
#include <abi/object.def>
};

static bool is_memory(unsigned type) { return type == OBJ_UNTYPED || type == OBJ_EXTENT; }

int untyped_room(const struct slot *u, unsigned type, unsigned size_log2, unsigned count)
{
	uint64_t start;

	if (type >= OBJ_TYPES || sizes[type].max_log2 == 0 || size_log2 < sizes[type].min_log2 ||
	    size_log2 > sizes[type].max_log2)
		return -EINVAL;
	if (!is_memory(type) && !frame_is_ram(u->base)) return -ENOTSUP;
	if (u->depth >= SLOT_DEPTH_MAX) return -ELOOP;
	start = align_up(u->watermark, 1ull << size_log2);
	return start + ((uint64_t)count << size_log2) <= 1ull << u->size_log2 ? 0 : -ENOSPC;
}

/* Cuts the memory off U. It is TO's from now on, as Untyped or Extent, or as Raw. */
static void take_memory(struct slot *u, unsigned type, unsigned size_log2, struct slot *to)
{
	uint64_t start = align_up(u->watermark, 1ull << size_log2);

	u->watermark = start + (1ull << size_log2);
	to->type = (uint8_t)(is_memory(type) ? type : OBJ_RAW);
	to->rights = is_memory(type) ? RIGHTS_ALL : 0;
	to->size_log2 = (uint8_t)size_log2;
	to->base = u->base + start;
	to->data = is_memory(type) ? 0 : type;
	slot_link_child(to, u);
}

/* The memory of TO is clear: it becomes the object. */
static void raw_becomes_object(struct slot *to)
{
	unsigned type = to->raw & RAW_TYPE_MASK;
	const struct object_ops *ops = object_ops[type];
	char *memory = phys_to_virt(to->base);
	struct object *obj = (struct object *)(memory + ops->header_offset);

	obj->type = (uint8_t)type;
	obj->size_log2 = to->size_log2;
	if (ops->frame_kind != FRAME_PLAIN) frame_set(memory, ops->frame_kind, memory);
	if (ops->init) ops->init(obj);
	to->type = (uint8_t)type;
	to->rights = RIGHTS_ALL;
	to->object = obj;
	to->data = 0;
	if (type == OBJ_THREAD) to->max_priority = PRIORITY_MAX;
	object_named(to);
}

bool untyped_make_step(struct slot *u, unsigned type, unsigned size_log2, struct slot *to)
{
	uint64_t size = 1ull << size_log2, cleared, piece;

	if (slot_empty(to)) take_memory(u, type, size_log2, to);
	if (to->type != OBJ_RAW) return true;
	cleared = to->raw & ~(uint64_t)RAW_TYPE_MASK;
	piece = min(size - cleared, (uint64_t)PAGE_SIZE);
	memset((char *)phys_to_virt(to->base) + cleared, 0, piece);
	to->raw += piece;
	if (cleared + piece < size) return false;
	raw_becomes_object(to);
	return true;
}

/* Whether S holds what an earlier piece of the same retype left. */
static bool is_resumable(const struct slot *s, const struct slot *u, unsigned type, unsigned size_log2)
{
	return s->type == OBJ_RAW && (s->raw & RAW_TYPE_MASK) == type && s->size_log2 == size_log2 &&
	       s->base - u->base < 1ull << u->size_log2;
}

static int64_t retype_one(struct slot *u, unsigned type, unsigned size_log2, struct cspace *dst, cap_t index)
{
	struct slot *to = cspace_slot(dst, index);

	if (!is_resumable(to, u, type, size_log2)) {
		int error = cspace_slot_at(dst, index, &to);

		if (!error) error = untyped_room(u, type, size_log2, 1);
		if (error) return error;
	}
	return untyped_make_step(u, type, size_log2, to);
}

int64_t untyped_retype(struct slot *u, unsigned type, unsigned size_log2, unsigned count, struct cspace *dst,
		       cap_t first, uint64_t *progress)
{
	if (count > RETYPE_COUNT_MAX) return -E2BIG;
	if (*progress == 0) {
		int64_t error = count ? untyped_room(u, type, size_log2, count) : -EINVAL;

		if (!error) error = cspace_slots_at(dst, first, count);
		if (error) return error;
		*progress = 1; /* objects made, plus 1 */
	}
	while (*progress <= count) {
		int64_t made = retype_one(u, type, size_log2, dst, first + (cap_t)*progress - 1);

		if (made < 0) return made;
		*progress += (uint64_t)made;
		if (*progress <= count && preempt_cut()) return SYS_RESTART;
	}
	return 0;
}

int untyped_reset(struct slot *u)
{
	if (slot_has_children(u)) return -EBUSY;
	u->watermark = 0;
	return 0;
}
