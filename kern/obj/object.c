/* SPDX-License-Identifier: 0BSD */
/* object.c: how objects and capabilities end.
 *
 * Everything is made of pieces. drop_piece() does one on a slot without children: it lets an Extent
 * unmap a little, tells an object that a capability goes, or turns the last capability into a
 * zombie. A slot that waits for an object which is being taken apart (Zombie, Fed) needs a piece of
 * work on that object's stack instead. Deleting and revoking repeat "find a leaf below the slot, do
 * a piece".
 *
 * A piece may end anything, even the CSpace that the slot stands in. Then the slot was emptied
 * first, and its memory stays zero until somebody makes something new of it, which nobody can as
 * long as we have the lock: so to look at the slot again after a piece is safe, and says that there
 * is no more to do.
 *
 * The same pieces serve a CSpace that is being destroyed, with one difference: there a Zombie or
 * Fed slot is not worked on (that would be recursion); its stack is put on top of the CSpace's own.
 * Stacks that are joined find their common bottom as sets do in union-find: `bottom` leads down,
 * and is shortened whenever it is followed.
 */
#include "obj/object.h"

#include "debug/trace.h"
#include "lib/assert.h"
#include "mm/extent.h"
#include "obj/cspace.h"

/* A revoke empties so many copies between two cuts, more than other CPUs can make of what is being revoked in their
 * turns, if there are not more CPUs than this. */
#define COPIES_PER_CUT 8

void object_named(struct slot *s)
{
	const struct object_ops *ops = object_ops[s->type];

	if (!ops) return;
	object_hold(s->object);
	if (ops->added) ops->added(s->object, s);
}

static struct object *stack_bottom(struct object *obj)
{
	while (obj->bottom != obj->bottom->bottom) obj = obj->bottom = obj->bottom->bottom;
	return obj->bottom;
}

/* Puts the stack of which OVER is the bottom on top of the stack with bottom UNDER. */
static void stack_join(struct object *under, struct object *over)
{
	over->below = under->top;
	under->top = over->top;
	over->bottom = under;
}

/* OBJ begins to die: a stack of its own. */
static void object_begin(struct object *obj)
{
	KASSERT(!obj->dying, "dying begins once");
	TRACE(OBJECT_DYING, virt_to_phys(obj), obj->type, 0);
	obj->dying = true;
	obj->below = NULL;
	obj->bottom = obj;
	obj->top = obj;
}

/* OBJ has been taken apart and nothing names it any more: its memory is plain again. */
static void object_gone(struct object *obj)
{
	const struct object_ops *ops = object_ops[obj->type];

	KASSERT(obj->caps == 0, "an object outlives its capabilities, not the reverse");
	if (ops->frame_kind != FRAME_PLAIN) frame_set((char *)obj - ops->header_offset, FRAME_PLAIN, NULL);
	TRACE(OBJECT_GONE, virt_to_phys(obj), obj->type, 0);
	obj->type = OBJ_NONE;
}

/* Does one piece of destroying what is on top of OBJ's stack. Returns what ended with it, or NULL.
 */
static struct object *stack_work(struct object *obj)
{
	struct object *bottom = stack_bottom(obj);
	struct object *top = bottom->top;
	struct slot *zombie;

	if (!object_ops[top->type]->destroy_step(top)) return NULL;
	KASSERT(bottom->top == top, "a step that is done has put nothing on top");
	bottom->top = top->below;
	top->dying = false;
	zombie = top->zombie;
	if (zombie) {
		object_gone(top);
		slot_clear(zombie);
	}
	return top;
}

/* Works until OBJ has ended. 0 or SYS_RESTART. */
static int stack_finish(struct object *obj)
{
	while (stack_work(obj) != obj) {
		if (preempt_cut()) return SYS_RESTART;
	}
	return 0;
}

/* S held the last capability to OBJ. */
static void object_die(struct object *obj, struct slot *s)
{
	if (obj->dead && !obj->dying) { /* taken apart before, when its memory was revoked */
		object_gone(obj);
		slot_clear(s);
		return;
	}
	s->type = OBJ_ZOMBIE;
	s->rights = 0;
	s->data = 0;
	obj->zombie = s;
	if (!obj->dying) object_begin(obj);
}

/* The Untypeds between AT and its leaf S are on their way out, but may stand in a live CSpace. With
 * S gone they would look unused and are not, so they end as Untypeds now. */
static void condemn_between(struct slot *at, struct slot *s)
{
	for (struct slot *u = slot_next(at); u != s; u = slot_next(u)) {
		KASSERT(u->type == OBJ_UNTYPED || u->type == OBJ_RAW, "objects are made of memory");
		u->type = OBJ_RAW;
		u->rights = 0;
		u->raw = 0;
	}
}

/* The dying CSpace that contains AT cannot end before OBJ does, and OBJ is below it on the same
 * stack: S, AT itself or a leaf below it, holds OBJ's place in the tree and makes way. What stands
 * in AT is moved into OBJ, and so is Fed, which must not become an Untyped again. Where AT goes its
 * memory goes to AT's parent, so S moves up too. */
static void park(struct slot *s, struct slot *at, struct object *obj)
{
	bool derived = s != at;

	if (!derived || s->type == OBJ_FED) {
		struct slot *place = cspace_parking(obj, s);

		if (s != place) slot_move(place, s);
		s = place;
	}
	if (derived) {
		condemn_between(at, s);
		slot_hoist(s, at);
	}
}

static void drop_object(struct slot *s)
{
	struct object *obj = s->object;
	const struct object_ops *ops = object_ops[s->type];

	if (ops->release_step && !obj->dead && !ops->release_step(obj, s)) return;
	KASSERT(obj->caps > 0, "a slot that names an object is counted");
	if (--obj->caps == 0 && ops->destroy_step)
		object_die(obj, s);
	else
		slot_clear(s);
}

/* One bounded piece of emptying S, which has no children. Returns the dying object that must end
 * first, or NULL. */
static struct object *drop_piece(struct slot *s)
{
	switch (s->type) {
	case OBJ_EXTENT:
		if (extent_release_step(s)) slot_clear(s);
		return NULL;
	case OBJ_FED:
		s->fed_to->dead = true;
		if (!s->fed_to->dying) object_begin(s->fed_to);
		return s->fed_to;
	case OBJ_ZOMBIE:
		return s->object;
	default:
		if (slot_has_object(s))
			drop_object(s);
		else
			slot_clear(s);
		return NULL;
	}
}

struct slot *slot_leaf(struct slot *s)
{
	struct slot *next;

	while ((next = slot_next(s)) && next->depth > s->depth) s = next;
	return s;
}

bool object_drop_step(struct object *on, struct slot *s)
{
	struct slot *leaf = slot_leaf(s);
	struct object *awaited = drop_piece(leaf);

	if (awaited && stack_bottom(awaited) == stack_bottom(on))
		park(leaf, s, awaited);
	else if (awaited)
		stack_join(stack_bottom(on), stack_bottom(awaited));
	return slot_empty(s);
}

/* Empties the leaf S or does a piece of it. 0 or SYS_RESTART. */
static int drop_leaf(struct slot *s)
{
	struct object *awaited = drop_piece(s);

	return awaited ? stack_finish(awaited) : 0;
}

/* Emptying S, a leaf, is a matter of few instructions: a copy of what lives on. */
static bool is_mere_copy(const struct slot *s)
{
	if (s->type == OBJ_EXTENT) return s->map_vspace == 0;
	return slot_has_object(s) && s->object->caps > 1 && !s->object->dead;
}

int slot_revoke(struct slot *s)
{
	while (!slot_empty(s) && (slot_has_children(s) || s->type == OBJ_FED)) {
		struct slot *leaf = slot_leaf(s);

		for (unsigned n = 1; n < COPIES_PER_CUT && leaf != s && is_mere_copy(leaf); n++) {
			struct slot *before = slot_prev(leaf);

			if (drop_piece(leaf) || !slot_empty(leaf)) break;
			leaf = slot_leaf(before);
		}
		if ((leaf != s || s->type == OBJ_FED) && drop_leaf(leaf)) return SYS_RESTART;
		if (preempt_cut()) return SYS_RESTART;
	}
	return 0;
}

int slot_delete(struct slot *s)
{
	while (!slot_empty(s)) {
		int error = slot_has_children(s) ? slot_revoke(s) : drop_leaf(s);

		if (error || (!slot_empty(s) && preempt_cut())) return SYS_RESTART;
	}
	return 0;
}
