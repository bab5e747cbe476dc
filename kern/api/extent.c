/* SPDX-License-Identifier: 0BSD */
/* extent.c: system calls on Extents. A call that answers ENOMEM leaves in word 0 how many pages to
 * feed. */
#include "api/table.h"
#include "api/lookup.h"
#include "mm/extent.h"

static int64_t with_wanted(struct thread *t, const struct vspace *v, int64_t result)
{
	if (result == -ENOMEM && v)
		t->regs.w[0] = v->wanted;
	return result;
}

int64_t sys_extent_map(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct slot *vspace;
	struct vspace *v;
	int error = slot_lookup(t, (cap_t)arg[0], OBJ_VSPACE, RIGHT_VSPACE_MAP, &vspace);

	if (error)
		return error;
	v = vspace_of_object(vspace->object);
	return with_wanted(
	    t, v, extent_map(slot, v, arg[1], arg[2], arg[3], (unsigned int)arg[4], &t->progress));
}

int64_t sys_extent_unmap(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	const struct vspace *v = vspace_from_record(slot);

	return with_wanted(t, v, extent_unmap(slot, arg[0], arg[1], &t->progress));
}

int64_t sys_extent_protect(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	const struct vspace *v = vspace_from_record(slot);

	return with_wanted(
	    t, v, extent_protect(slot, arg[0], arg[1], (unsigned int)arg[2], &t->progress));
}

int64_t sys_extent_slice(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct slot *to;
	int error = cspace_slot_at(t->cspace, (cap_t)arg[2], &to);

	return error ? error : extent_slice(slot, arg[0], (unsigned int)arg[1], to);
}

int64_t sys_extent_zero(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	return extent_zero(slot, arg[0], arg[1], &t->progress);
}

int64_t sys_extent_copy(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct slot *source;
	int error = slot_lookup(t, (cap_t)arg[0], OBJ_EXTENT, RIGHT_EXTENT_READ, &source);

	if (error)
		return error;
	return extent_copy(slot, arg[1], source, arg[2], arg[3], &t->progress);
}

int64_t sys_extent_phys(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	return (int64_t)extent_base(slot);
}
