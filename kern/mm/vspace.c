/* SPDX-License-Identifier: 0BSD */
/* vspace.c: the life of an address space, and what is asked of it without an Extent. */
#include "mm/vspace.h"

#include <abi/errno.h>
#include "lib/assert.h"
#include "lib/string.h"
#include "mm/extent.h"
#include "mm/range.h"
#include "obj/thread.h"

#define USER_ENTRIES	256
#define FRAMES_PER_STEP 16

static void init(struct object *obj)
{
	struct vspace *v = vspace_of_object(obj);
	const uint64_t *kernel = phys_to_virt(paging_kernel_pml4());

	memcpy(v->top + USER_ENTRIES, kernel + USER_ENTRIES, USER_ENTRIES * sizeof(v->top[0]));
	list_init(&v->threads);
}

int vspace_feed(struct vspace *v, struct slot *untyped) { return feed_add(&v->feeds, &v->object, untyped); }

struct vspace *vspace_from_record(const struct slot *extent)
{
	const struct frame *f;

	if (extent->map_vspace == 0) return NULL;
	f = frame_at(extent->map_vspace);
	if (f->kind != FRAME_VSPACE || f->generation != extent->map_generation) return NULL;
	return phys_to_virt((uint64_t)extent->map_vspace << PAGE_SHIFT);
}

static int check_range(uint64_t va, uint64_t pages)
{
	if (!is_aligned(va, PAGE_SIZE)) return -EINVAL;
	if (va > USER_END || pages > (USER_END - va) / PAGE_SIZE) return -ERANGE;
	return 0;
}

int64_t vspace_protect(struct vspace *v, uint64_t va, uint64_t pages, unsigned int prot, uint64_t *progress)
{
	struct range r = {.vspace = v, .va = va, .pages = pages, .prot = prot};
	int error = check_range(va, pages);

	if (error) return error;
	if (prot & ~(unsigned int)(PROT_READ | PROT_WRITE | PROT_EXEC)) return -EINVAL;
	return range_protect(&r, progress);
}

int64_t vspace_dirty(struct vspace *v, uint64_t va, unsigned int pages, bool clear, uint64_t *mask)
{
	struct place at = {NULL, 0};
	struct tlb_batch tlb;
	uint64_t dirty = 0;
	int error = pages > 64 ? -EINVAL : check_range(va, pages);

	if (error) return error;
	tlb_batch_init(&tlb, v);
	for (unsigned int i = 0; i < pages; i++, va += PAGE_SIZE) {
		if (at.entry && at.level == 0 && pte_index(va, 0) != 0)
			at.entry++;
		else
			at = table_find(v, va);
		if ((*at.entry & (PTE_PRESENT | PTE_DIRTY)) != (PTE_PRESENT | PTE_DIRTY)) continue;
		dirty |= 1ull << i;
		if (clear && at.level == 0) {
			pte_clear_bits(at.entry, PTE_DIRTY);
			tlb_batch_add(&tlb, va);
		}
	}
	tlb_batch_flush(&tlb);
	*mask = dirty;
	return 0;
}

/* Nothing can load V or find it by a record any more. */
static void unload(struct vspace *v)
{
	tlb_forget(v);
	frame_set(v, FRAME_PLAIN, NULL);
	v->cursor = 0;
}

/* Makes the frames that were page tables plain again, run by run, a few at a time; true when all
 * are. The cursor is run number << 32 | page. */
static bool untag_step(struct vspace *v)
{
	uint32_t run = (uint32_t)(v->cursor >> 32);
	uint32_t page = (uint32_t)v->cursor;
	uint32_t end;

	if (run >= v->feeds.count) return true;
	end = min(page + FRAMES_PER_STEP, v->feeds.run[run].used_pages);
	for (; page < end; page++) {
		const uint8_t *frame = phys_to_virt(v->feeds.run[run].slot->base);

		frame += page * (uint64_t)PAGE_SIZE;
		if (frame_of(frame)->kind == FRAME_PAGE_TABLE) frame_set(frame, FRAME_PLAIN, NULL);
	}
	if (page == v->feeds.run[run].used_pages)
		v->cursor = (uint64_t)(run + 1) << 32;
	else
		v->cursor = (uint64_t)run << 32 | page;
	return false;
}

static bool destroy_step(struct object *obj)
{
	struct vspace *v = vspace_of_object(obj);
	struct list_node *thread = list_first(&v->threads);

	if (thread)
		(void)thread_lose_vspace(thread); /* or the next step: it must leave its CPU */
	else if (frame_of(v)->kind == FRAME_VSPACE)
		unload(v);
	else if (untag_step(v))
		return feed_return_step(&v->feeds);
	return false;
}

const struct object_ops vspace_ops = {
    .header_offset = offsetof(struct vspace, object),
    .feeds_offset = offsetof(struct vspace, feeds) - offsetof(struct vspace, object),
    .frame_kind = FRAME_VSPACE,
    .init = init,
    .destroy_step = destroy_step,
};
