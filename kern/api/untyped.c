/* SPDX-License-Identifier: 0BSD */
/* untyped.c: the calls on memory that has no use yet. */
#include "api/lookup.h"
#include "api/table.h"
#include "obj/untyped.h"

/* Makes `count` objects, at most 64, in consecutive free slots. Memory is handed out upward, each
 * object aligned to its size. Objects are children of the Untyped. Kernel objects are made in
 * cleared memory; Untypeds and Extents are not cleared. While a large object is being cleared its
 * slot holds Raw. Device memory makes Untypeds and Extents only. When another thread takes a slot
 * or memory away meanwhile, the call ends with EEXIST or ENOSPC and what was made by then stays. */
int64_t sys_untyped_retype(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct slot *dst;
	int64_t result = slot_lookup(t, (cap_t)arg[3], OBJ_CSPACE, RIGHT_CSPACE_WRITE, &dst);

	if (!result)
		result = untyped_retype(slot, (unsigned)arg[0], (unsigned)arg[1], (unsigned)arg[2],
					cspace_of_object(dst->object), (cap_t)arg[4], &t->progress);
	if (result == -ENOMEM) t->regs.w[0] = 1;
	return result;
}

/* All memory that was handed out is free again. Nothing may be derived any more: revoke first. */
int64_t sys_untyped_reset(struct thread *t, struct slot *slot, const uint64_t *arg) { return untyped_reset(slot); }
