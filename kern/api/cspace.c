/* SPDX-License-Identifier: 0BSD */
/* cspace.c: the calls on capability tables.
 *
 * Each handler checks everything, then acts. The long ones (delete, revoke, clone, drop) keep in
 * t->progress where they are and may find anything changed when they are called again: a delete or
 * revoke goes on only if the slot still holds the capability that it began with.
 */
#include "api/lookup.h"
#include "api/table.h"
#include "mm/extent.h"

static struct cspace *cspace_in(const struct slot *slot) { return cspace_of_object(slot->object); }

/* The CSpace that argument INDEX names. */
static int cspace_argument(struct thread *t, uint64_t index, uint8_t rights, struct cspace **out)
{
	struct slot *slot;
	int error = slot_lookup(t, (cap_t)index, OBJ_CSPACE, rights, &slot);

	if (!error) *out = cspace_in(slot);
	return error;
}

/* ERROR, with the number of missing pages when it is a lack of memory: all calls here lack one at a
 * time. */
static int64_t with_pages(struct thread *t, int error)
{
	if (error == -ENOMEM) t->regs.w[0] = 1;
	return error;
}

/* The first feed makes the table usable: until then it has no slot at all. Each page holds 128
 * slots and is taken when a slot in it is first filled. The Untyped's slot becomes Fed; revoking it
 * ends the CSpace. Feed in doubling sizes: there is room for 16. */
int64_t sys_cspace_feed(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct slot *untyped;
	int error = slot_lookup(t, (cap_t)arg[0], OBJ_UNTYPED, RIGHT_UNTYPED_RETYPE, &untyped);

	return error ? error : cspace_feed(cspace_in(slot), untyped);
}

/* A copy of a Thread's capability may be given a lower maximum controlled priority:
 * RIGHTS_PRIORITY. */
static void limit_priority(struct slot *to, uint64_t rights)
{
	uint64_t limit = rights >> 8 & 0xff;

	if (to->type == OBJ_THREAD && limit) to->max_priority = min(to->max_priority, limit);
}

/* The common part of copy and derive: (src_cspace, src, min, max, rights, flags). */
static int64_t copy_or_derive(struct thread *t, struct slot *slot, const uint64_t *arg, bool derive)
{
	struct cspace *from;
	struct slot *source, *to;
	cap_t index = 0;
	int error = cspace_argument(t, arg[0], RIGHT_CSPACE_READ, &from);

	if (error) return error;
	source = cspace_slot(from, (cap_t)arg[1]);
	error = slot_copyable(source);
	if (!error && (arg[5] & ~(uint64_t)SLOT_FLAGS)) error = -EINVAL;
	if (!error && derive && source->depth >= SLOT_DEPTH_MAX) error = -ELOOP;
	if (!error) error = cspace_slot_free(cspace_in(slot), (cap_t)arg[2], (cap_t)arg[3], &to, &index);
	if (error) return with_pages(t, error);
	if (derive)
		slot_derive(to, source, (uint8_t)arg[4]);
	else
		slot_copy(to, source, (uint8_t)arg[4]);
	limit_priority(to, arg[4]);
	to->flags = (uint8_t)arg[5];
	return index;
}

/* The copy is a sibling of its source: revoking one does not touch the other, and deleting the
 * source leaves it. It has those of the source's rights that are in `rights`. A copied Extent is
 * not mapped. Answers the slot's number: the lowest free one in [min, max]. */
int64_t sys_cspace_copy(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	return copy_or_derive(t, slot, arg, false);
}

/* As cspace_copy, but the copy goes when its source is revoked or deleted. Derivation is at most
 * 128 deep. */
int64_t sys_cspace_derive(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	return copy_or_derive(t, slot, arg, true);
}

/* The capability keeps its place in the derivation tree, its mapping and its children. Needs the
 * rights READ and WRITE on the source. Moves what cannot be copied, too. */
int64_t sys_cspace_move(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct cspace *from;
	struct slot *source, *to;
	int error = cspace_argument(t, arg[0], RIGHT_CSPACE_READ | RIGHT_CSPACE_WRITE, &from);

	if (error) return error;
	if (arg[3] & ~(uint64_t)SLOT_FLAGS) return -EINVAL;
	source = cspace_slot(from, (cap_t)arg[1]);
	if (slot_empty(source)) return -EBADF;
	error = cspace_slot_at(cspace_in(slot), (cap_t)arg[2], &to);
	if (error) return with_pages(t, error);
	slot_move(to, source);
	to->flags = (uint8_t)arg[3];
	return 0;
}

/* dup2 within one table: `slot` names what `source` names afterwards, and at no moment nothing.
 * What it named before is moved to the free slot `old`, to be closed there; `old` is not looked at
 * when `slot` was free. Answers whether it was taken. */
int64_t sys_cspace_replace(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct cspace *cs = cspace_in(slot);
	struct slot *source = cspace_slot(cs, (cap_t)arg[1]), *to = cspace_slot(cs, (cap_t)arg[0]), *old;
	bool taken = !slot_empty(to);
	int error = slot_copyable(source);

	if (!error && source == to) error = -EINVAL;
	if (!error) error = taken ? cspace_slot_at(cs, (cap_t)arg[2], &old) : cspace_slot_at(cs, (cap_t)arg[0], &to);
	if (error) return with_pages(t, error);
	if (taken) slot_move(old, to);
	slot_copy(to, source, RIGHTS_ALL);
	return taken;
}

bool slot_still_same(struct thread *t, const struct slot *s)
{
	uint64_t identity = 1 + (s->type == OBJ_EXTENT ? extent_base(s) : s->base);

	if (t->progress == 0) t->progress = identity;
	return t->progress == identity;
}

/* First revokes what was derived from the capability. The last capability to an object ends the
 * object; while that goes on the slot is a Zombie, and whoever deletes or revokes it, or memory
 * below it, helps. A slot that is empty already is no error. */
int64_t sys_cspace_delete(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct cspace *cs = cspace_in(slot);
	struct slot *s = cspace_slot(cs, (cap_t)arg[0]);

	if ((cap_t)arg[0] >= cs->slots) return -EINVAL;
	return slot_still_same(t, s) ? slot_delete(s) : 0;
}

/* The capability itself stays. Revoking a Fed slot ends the object that was fed: its capabilities
 * stay, dead, until they are deleted, and the slot is an empty Untyped again. */
int64_t sys_cspace_revoke(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct slot *s = cspace_slot(cspace_in(slot), (cap_t)arg[0]);

	if (slot_empty(s)) return t->progress ? 0 : -EBADF;
	return slot_still_same(t, s) ? slot_revoke(s) : 0;
}

/* SLOT_CLOEXEC and SLOT_CLOFORK: what cspace_drop and cspace_clone look at. They belong to the
 * slot, not to the capability. */
int64_t sys_cspace_flags(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct slot *s = cspace_slot(cspace_in(slot), (cap_t)arg[0]);
	uint8_t old = s->flags;

	if (slot_empty(s)) return -EBADF;
	if (arg[1] & ~(uint64_t)SLOT_FLAGS) return -EINVAL;
	s->flags = (uint8_t)arg[1];
	return old;
}

/* Progress of a walk over slots: the next number, and how many there were to act on so far. */
static cap_t walk_next(const struct thread *t, cap_t first) { return max((cap_t)t->progress, first); }

static uint64_t walk_count(const struct thread *t) { return t->progress >> 32; }

static int64_t walk_restart(struct thread *t, cap_t next, uint64_t count)
{
	t->progress = count << 32 | next;
	return SYS_RESTART;
}

/* One slot of a clone. 1: copied, 0: not to be copied, or an error. */
static int clone_slot(struct cspace *cs, struct slot *source, cap_t index)
{
	struct slot *to;
	int error;

	if (slot_copyable(source) || (source->flags & SLOT_CLOFORK) || !slot_empty(cspace_slot(cs, index))) return 0;
	error = cspace_slot_at(cs, index, &to);
	if (error) return error;
	slot_copy(to, source, RIGHTS_ALL);
	to->flags = source->flags;
	return 1;
}

/* Copies as cspace_copy does, with all rights and with the slot flags. Left out are empty slots,
 * those with SLOT_CLOFORK, those that cannot be copied, and those whose number is taken in the
 * destination: so after ENOMEM the same call, made again, goes on. Answers how many were copied. */
int64_t sys_cspace_clone(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	cap_t at = walk_next(t, (cap_t)arg[1]), last = (cap_t)arg[2];
	uint64_t count = walk_count(t);
	struct cspace *from;
	int error = cspace_argument(t, arg[0], RIGHT_CSPACE_READ, &from);

	if (!error && (cap_t)arg[1] > last) error = -EINVAL;
	if (error) return error;
	for (; at <= last && at < from->slots; at++) {
		int copied;

		at = cspace_used_from(from, at);
		if (at > last) break;
		copied = clone_slot(cspace_in(slot), cspace_slot(from, at), at);
		if (copied < 0) return with_pages(t, copied);
		count += (uint64_t)copied;
		if (preempt_cut()) return walk_restart(t, at + 1, count);
	}
	return (int64_t)count;
}

/* Deletes each slot in [first, last] that has any of the flags. Answers how many there were. */
int64_t sys_cspace_drop(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct cspace *cs = cspace_in(slot);
	cap_t at = walk_next(t, (cap_t)arg[1]), last = (cap_t)arg[2];
	uint64_t count = walk_count(t);

	if (!arg[0] || (arg[0] & ~(uint64_t)SLOT_FLAGS) || (cap_t)arg[1] > last) return -EINVAL;
	for (; at <= last && at < cs->slots; at++) {
		struct slot *s;

		at = cspace_used_from(cs, at);
		s = cspace_slot(cs, at);
		if (at > last) break;
		if (s->flags & arg[0]) {
			if (slot_delete(s)) return walk_restart(t, at, count);
			count++;
		}
		if (preempt_cut()) return walk_restart(t, at + 1, count);
	}
	return (int64_t)count;
}

/* What of slot.data programs may know. */
static uint64_t public_data(const struct slot *s)
{
	switch (s->type) {
	case OBJ_UNTYPED:
	case OBJ_THREAD:
	case OBJ_IOPORT:
		return s->data;
	default:
		return 0;
	}
}

/* Words: type, rights << 8, flags << 16, size_log2 << 24; depth in the derivation tree;
 * capabilities that the object has; whether something is derived from this one; and, of an Untyped,
 * how many bytes it has handed out, of a Thread its maximum controlled priority, of an IoPort the
 * number of ports. */
int64_t sys_cspace_info(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	const struct slot *s = cspace_slot(cspace_in(slot), (cap_t)arg[0]);

	if (slot_empty(s)) return -EBADF;
	t->regs.w[0] = s->head | (uint64_t)s->flags << 16 | (uint64_t)s->size_log2 << 24;
	t->regs.w[1] = s->depth;
	t->regs.w[2] = slot_has_object(s) ? s->object->caps : 0;
	t->regs.w[3] = slot_has_children(s);
	t->regs.w[4] = public_data(s);
	return 0;
}
