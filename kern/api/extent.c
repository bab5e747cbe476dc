/* SPDX-License-Identifier: 0BSD */
/* extent.c: system calls on Extents. A call that answers ENOMEM leaves in word 0 how many pages to
 * feed. */
#include "api/table.h"
#include "api/lookup.h"
#include "mm/extent.h"

static int64_t with_wanted(struct thread *t, const struct vspace *v, int64_t result)
{
	if (result == -ENOMEM && v) t->regs.w[0] = v->wanted;
	return result;
}

/* Page 0 of the Extent belongs at `va`; pages [first, first + count) of it are mapped there, at
 * their distance from page 0, in place of what was mapped. The slot records this one base until all
 * of the Extent is unmapped. prot needs the rights READ (for any access at all), WRITE and EXEC; 0
 * maps pages that cannot be touched yet. PROT_UNCACHED and PROT_WRITECOMBINE are for device memory
 * only. The largest pages that fit are used. */
int64_t sys_extent_map(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct slot *vspace;
	struct vspace *v;
	int error = slot_lookup(t, (cap_t)arg[0], OBJ_VSPACE, RIGHT_VSPACE_MAP, &vspace);

	if (error) return error;
	v = vspace_of_object(vspace->object);
	return with_wanted(t, v, extent_map(slot, v, arg[1], arg[2], arg[3], (unsigned int)arg[4], &t->progress));
}

/* Removes those of the pages that are still mapped through this slot; what has been mapped over
 * them stays. Unmapping all pages makes the slot free to be mapped elsewhere, and never lacks
 * memory. */
int64_t sys_extent_unmap(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	const struct vspace *v = vspace_from_record(slot);

	return with_wanted(t, v, extent_unmap(slot, arg[0], arg[1], &t->progress));
}

/* Changes those of the pages that are mapped through this slot. Caching stays as it was mapped. */
int64_t sys_extent_protect(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	const struct vspace *v = vspace_from_record(slot);

	return with_wanted(t, v, extent_protect(slot, arg[0], arg[1], (unsigned int)arg[2], &t->progress));
}

/* The new capability is a child: revoking this slot takes it away. `first` is a multiple of the
 * slice's size in pages; rights are inherited, mappings are not. */
int64_t sys_extent_slice(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct slot *to;
	int error = cspace_slot_at(t->cspace, (cap_t)arg[2], &to);

	if (error == -ENOMEM) t->regs.w[0] = 1;
	return error ? error : extent_slice(slot, arg[0], (unsigned int)arg[1], to);
}

/* Works by the kernel's own map: the pages need not be mapped anywhere. RAM only. */
int64_t sys_extent_zero(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	return extent_zero(slot, arg[0], arg[1], &t->progress);
}

/* Copies into this Extent from `source`, which needs the right READ. RAM only. */
int64_t sys_extent_copy(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	struct slot *source;
	int error = slot_lookup(t, (cap_t)arg[0], OBJ_EXTENT, RIGHT_EXTENT_READ, &source);

	if (error) return error;
	return extent_copy(slot, arg[1], source, arg[2], arg[3], &t->progress);
}

/* For programming a device to reach the memory. */
int64_t sys_extent_phys(struct thread *t, struct slot *slot, const uint64_t *arg) { return (int64_t)extent_base(slot); }
