/* SPDX-License-Identifier: 0BSD */
/* hand_over.c: everything that the kernel does not keep becomes Untypeds of the first program. */
#include "lib/printf.h"
#include "start/first.h"

/* Largest Untyped: object.def. */
#define UNTYPED_MAX_LOG2 46u

static void add_untyped(struct first *f, uint64_t base, unsigned size_log2, bool device)
{
	struct boot_page *p = f->page;
	struct slot *s;

	s = first_slot(f->cspace, BOOT_SLOT_FIRST_UNTYPED + p->untyped_count, OBJ_UNTYPED);
	s->size_log2 = (uint8_t)size_log2;
	s->base = base;
	slot_root(s);
	p->untyped[p->untyped_count++] =
	    (struct boot_untyped){.phys = base, .size_log2 = (uint8_t)size_log2, .device = device};
}

/* Cuts a range into naturally aligned powers of two. */
static void add_range(void *arg, const struct boot_memory *range)
{
	struct first *f = arg;
	uint64_t at = range->base;
	uint64_t end = range->base + range->len_bytes;

	while (at < end) {
		unsigned size_log2 = min(log2_floor(end - at), UNTYPED_MAX_LOG2);

		if (at) size_log2 = min(size_log2, (unsigned)__builtin_ctzll(at));
		if (f->page->untyped_count == BOOT_UNTYPED_MAX) {
			kprintf("memory from %lx on is not used: too many pieces\n", at);
			return;
		}
		add_untyped(f, at, size_log2, range->kind != BOOT_MEMORY_RAM || (at >> PAGE_SHIFT) >= frame_count);
		at += 1ull << size_log2;
	}
}

void hand_over_memory(struct first *f)
{
	boot_memory_for_each(add_range, f);
	f->page->first_free_slot = BOOT_SLOT_FIRST_UNTYPED + BOOT_UNTYPED_MAX;
}
