/* SPDX-License-Identifier: 0BSD */
/* vspace.c: system calls on address spaces. */
#include "api/table.h"
#include "api/lookup.h"
#include "mm/vspace.h"

int64_t sys_vspace_feed(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct slot *untyped;
	int error = slot_lookup(t, (cap_t)arg[0], OBJ_UNTYPED, RIGHT_UNTYPED_RETYPE, &untyped);

	return error ? error : vspace_feed(vspace_of_object(slot->object), untyped);
}

int64_t sys_vspace_protect(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct vspace *v = vspace_of_object(slot->object);
	int64_t result = vspace_protect(v, arg[0], arg[1], (unsigned int)arg[2], &t->progress);

	if (result == -ENOMEM)
		t->regs.w[0] = v->wanted;
	return result;
}

int64_t sys_vspace_dirty(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	uint64_t mask;
	int64_t result;

	if (arg[1] > 64)
		return -EINVAL;
	result = vspace_dirty(vspace_of_object(slot->object), arg[0], (unsigned int)arg[1],
			      arg[2] != 0, &mask);
	if (result == 0)
		t->regs.w[0] = mask;
	return result;
}

int64_t sys_vspace_info(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	const struct vspace *v = vspace_of_object(slot->object);

	t->regs.w[0] = v->tables;
	t->regs.w[1] = feed_available(&v->feeds);
	return 0;
}
