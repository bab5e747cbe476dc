/* SPDX-License-Identifier: 0BSD */
/* vspace.c: system calls on address spaces. */
#include "api/table.h"
#include "api/lookup.h"
#include "mm/vspace.h"

/* The Untyped turns into Fed and comes back, empty, when the VSpace ends. Revoking it ends the
 * VSpace. */
int64_t sys_vspace_feed(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct slot *untyped;
	int error = slot_lookup(t, (cap_t)arg[0], OBJ_UNTYPED, RIGHT_UNTYPED_RETYPE, &untyped);

	return error ? error : vspace_feed(vspace_of_object(slot->object), untyped);
}

/* Each page that is present gets of `prot` what the Extent that mapped it has the rights for. Word
 * 0 says how many pages to feed after ENOMEM. */
int64_t sys_vspace_protect(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct vspace *v = vspace_of_object(slot->object);
	int64_t result = vspace_protect(v, arg[0], arg[1], (unsigned int)arg[2], &t->progress);

	if (result == -ENOMEM) t->regs.w[0] = v->wanted;
	return result;
}

/* Word 0 is a mask, bit 0 for the page at `va`. With `clear` the pages that are told are clean
 * afterwards; a large page is dirty as a whole and stays so. */
int64_t sys_vspace_dirty(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	uint64_t mask;
	int64_t result;

	if (arg[1] > 64) return -EINVAL;
	result = vspace_dirty(vspace_of_object(slot->object), arg[0], (unsigned int)arg[1], arg[2] != 0, &mask);
	if (result == 0) t->regs.w[0] = mask;
	return result;
}

/* Word 0: page tables in use, besides the top one. Word 1: pages that are left for more. */
int64_t sys_vspace_info(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	const struct vspace *v = vspace_of_object(slot->object);

	t->regs.w[0] = v->tables;
	t->regs.w[1] = feed_available(&v->feeds);
	return 0;
}
