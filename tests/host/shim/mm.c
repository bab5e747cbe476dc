/* SPDX-License-Identifier: 0BSD */
/* mm.c: what kern/mm needs from the rest of the kernel and from the processor. Weak symbols give
 * way to the kernel's own, and to other shims', where a program links them. */
#include "host/shim/mm.h"

#include <string.h>
#include "arch/x86_64/cpuid.h"
#include "arch/x86_64/paging.h"
#include "host/harness.h"
#include "mm/tlb.h"
#include "mm/vspace.h"
#include "obj/cspace.h"
#include "obj/thread.h"

#define WEAK	   __attribute__((weak))
#define PAGES_SEEN 4096

WEAK struct cpu_features cpu_features;
unsigned int host_cut_every;
WEAK bool (*host_preempt)(void);

static uint64_t next_frame, end_frame;
static uint64_t cuts;
static uint64_t seen[PAGES_SEEN];
static unsigned int seen_count;
static bool seen_all;

static bool cut_sometimes(void) { return host_cut_every && ++cuts % host_cut_every == 0; }

void host_mm_begin(void)
{
	host_memory_reset();
	for (uint64_t i = 0; i < frame_count; i++)
		frame_at(i)->generation = (uint16_t)host_random();
	next_frame = 2; /* frame 1 is the kernel's top page table */
	end_frame = frame_count;
	host_cut_every = 0;
	host_preempt = cut_sometimes;
	cpu_features.gb_pages = true;
	memset(phys_to_virt(PAGE_SIZE), 0xee, PAGE_SIZE);
	host_tlb_clear();
}

void *host_frames(uint64_t count, uint64_t align)
{
	uint64_t first = (next_frame + align - 1) / align * align;

	if (count > 64) /* large ones from the end, so that alignment wastes nothing */
		first = end_frame = (end_frame - count) / align * align;
	else
		next_frame = first + count;
	if (next_frame > end_frame || end_frame > frame_count)
		__builtin_trap();
	return phys_to_virt(first * PAGE_SIZE);
}

WEAK bool preempt_cut(void) { return host_preempt && host_preempt(); }

WEAK uint64_t paging_kernel_pml4(void) { return PAGE_SIZE; }

void host_tlb_clear(void)
{
	seen_count = 0;
	seen_all = false;
}

bool host_tlb_flushed(uint64_t va)
{
	for (unsigned int i = 0; i < seen_count; i++)
		if (seen[i] == va)
			return true;
	return seen_all;
}

WEAK void tlb_batch_flush(struct tlb_batch *b)
{
	if (b->count > TLB_PAGES_MAX || seen_count + b->count > PAGES_SEEN)
		seen_all = true;
	for (uint32_t i = 0; i < b->count && !seen_all; i++)
		seen[seen_count++] = b->page[i];
	b->count = 0;
}

WEAK void tlb_forget(struct vspace *v) { seen_all = true; }

WEAK void cspace_took(struct slot *s) {}

WEAK void cspace_freed(struct slot *s) {}

WEAK void object_named(struct slot *s) {}

WEAK struct feeds *object_feeds(struct object *obj) { return &vspace_of_object(obj)->feeds; }

WEAK const struct object_ops *const object_ops[OBJ_TYPES];

WEAK bool thread_lose_vspace(struct list_node *link)
{
	static unsigned int asked;

	if (++asked % 2)
		return false;
	list_remove(link);
	return true;
}
