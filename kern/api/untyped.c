/* SPDX-License-Identifier: 0BSD */
/* untyped.c: the calls on memory that has no use yet. */
#include "api/lookup.h"
#include "api/table.h"
#include "obj/untyped.h"

/* (type, size_log2, count, dst_cspace, first_slot) */
int64_t sys_untyped_retype(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct slot *dst;
	int64_t result = slot_lookup(t, (cap_t)arg[3], OBJ_CSPACE, RIGHT_CSPACE_WRITE, &dst);

	if (!result)
		result = untyped_retype(slot, (unsigned)arg[0], (unsigned)arg[1], (unsigned)arg[2],
					cspace_of_object(dst->object), (cap_t)arg[4], &t->progress);
	if (result == -ENOMEM)
		t->regs.w[0] = 1;
	return result;
}

int64_t sys_untyped_reset(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	return untyped_reset(slot);
}
