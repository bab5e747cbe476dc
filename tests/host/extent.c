/* SPDX-License-Identifier: 0BSD */
/* extent.c: mapping memory, on the host. */
#include <abi/errno.h>
#include <string.h>
#include "arch/x86_64/cpuid.h"
#include "host/address_space.h"
#include "host/harness.h"
#include "host/shim/caps.h"
#include "host/shim/mm.h"
#include "sched/preempt.h"

#define VA   0x40000000ull /* aligned to 1 GiB */
#define MIB2 0x200000ull
#define GIB1 0x40000000ull

static struct vspace *fresh(void)
{
	struct vspace *v;

	host_mm_begin();
	v = make_vspace();
	feed_pages(v, 4);
	return v;
}

static bool maps(struct vspace *v, uint64_t va, uint64_t phys, unsigned int prot)
{
	struct translation t = translate(v, va);

	return t.present && t.phys == phys && t.user == (prot != 0) && t.write == !!(prot & PROT_WRITE) &&
	       t.exec == !!(prot & PROT_EXEC);
}

TEST(extent, maps_pages_at_their_place)
{
	struct vspace *v = fresh();
	struct slot *e = make_extent(6);

	EXPECT_EQ(map(e, v, VA, 3, 10, RW), 0);
	for (unsigned int i = 0; i < 64; i++)
		EXPECT_EQ(maps(v, VA + i * PAGE_SIZE, e->base + i * PAGE_SIZE, RW), i >= 3 && i < 13);
	EXPECT_EQ(v->tables, 3);
	EXPECT(tables_agree(v));
	EXPECT(vspace_from_record(e) == v);
}

TEST(extent, uses_the_largest_pages_that_fit)
{
	struct vspace *v = fresh();
	struct slot *ram = make_extent(10);
	struct slot *device = make_device(8 * GIB1, 18 + 1);

	EXPECT_EQ(map(ram, v, VA, 0, 1024, RW), 0);
	EXPECT_EQ(translate(v, VA).level, 1);
	EXPECT(maps(v, VA + MIB2 + 0x1234, ram->base + MIB2 + 0x1234, RW));
	EXPECT_EQ(map(device, v, 4 * VA, 0, 1u << 19, PROT_READ | PROT_UNCACHED), 0);
	EXPECT_EQ(translate(v, 4 * VA).level, 2);
	EXPECT(translate(v, 5 * VA).device);
	EXPECT(maps(v, 5 * VA + 5, 9 * GIB1 + 5, PROT_READ));
	EXPECT(tables_agree(v));
	EXPECT_EQ(unmap(device, 0, 1u << 19), 0);
	cpu_features.gb_pages = false;
	EXPECT_EQ(map(device, v, 4 * VA, 0, 1u << 18, PROT_READ), 0);
	EXPECT_EQ(translate(v, 4 * VA).level, 1);
	EXPECT(tables_agree(v));
}

TEST(extent, an_unaligned_address_gets_small_pages)
{
	struct vspace *v = fresh();
	struct slot *e = make_extent(10);

	EXPECT_EQ(map(e, v, VA + PAGE_SIZE, 0, 1024, RW), 0);
	for (unsigned int i = 0; i < 1024; i++)
		EXPECT(maps(v, VA + (i + 1) * PAGE_SIZE, e->base + i * PAGE_SIZE, RW));
	EXPECT_EQ(v->tables, 5);
	EXPECT(tables_agree(v));
}

TEST(extent, unmapping_part_of_a_large_page_splits_it)
{
	struct vspace *v = fresh();
	struct slot *e = make_extent(9);
	struct slot *device = make_device(8 * GIB1, 18);

	EXPECT_EQ(map(e, v, VA, 0, 512, RW), 0);
	host_tlb_clear();
	EXPECT_EQ(unmap(e, 5, 2), 0);
	EXPECT(host_tlb_flushed(VA + 5 * PAGE_SIZE));
	for (unsigned int i = 0; i < 512; i++)
		EXPECT_EQ(maps(v, VA + i * PAGE_SIZE, e->base + i * PAGE_SIZE, RW), i < 5 || i > 6);
	EXPECT_EQ(map(device, v, 2 * VA, 0, 1u << 18, RW | PROT_WRITECOMBINE), 0);
	EXPECT_EQ(unmap(device, 1000, 1), 0);
	EXPECT_EQ(translate(v, 2 * VA).level, 1);
	EXPECT(maps(v, 2 * VA + MIB2, 8 * GIB1 + MIB2, RW));
	EXPECT(maps(v, 2 * VA + 999 * PAGE_SIZE, 8 * GIB1 + 999 * PAGE_SIZE, RW));
	EXPECT(!translate(v, 2 * VA + 1000 * PAGE_SIZE).present);
	/* The PAT bit is bit 12 of a large page and bit 7 of a small one. */
	EXPECT_EQ(*translate(v, 2 * VA).entry & 0x1098, 0x1088);
	EXPECT_EQ(*translate(v, 2 * VA + 999 * PAGE_SIZE).entry & 0x98, 0x88);
	EXPECT(tables_agree(v));
}

TEST(extent, protection_stays_within_the_rights_that_mapped)
{
	struct vspace *v = fresh();
	struct slot *e = make_extent(9);

	e->rights = RIGHT_EXTENT_READ | RIGHT_EXTENT_WRITE;
	EXPECT_EQ(map(e, v, VA, 0, 512, RW), 0);
	EXPECT_EQ(protect(e, 0, 4, 0), 0);
	EXPECT(maps(v, VA, e->base, 0));
	EXPECT(maps(v, VA + 4 * PAGE_SIZE, e->base + 4 * PAGE_SIZE, RW));
	EXPECT_EQ(protect_va(v, VA, 2, RWX), 0);
	EXPECT(maps(v, VA, e->base, RW));
	EXPECT_EQ(protect_va(v, VA, 3, PROT_READ), 0);
	EXPECT(maps(v, VA + 2 * PAGE_SIZE, e->base + 2 * PAGE_SIZE, PROT_READ));
	EXPECT_EQ(protect(e, 0, 1, RWX), -EACCES);
	EXPECT_EQ(protect(e, 0, 1, PROT_READ | PROT_UNCACHED), -EINVAL);
	EXPECT_EQ(protect(e, 511, 2, PROT_READ), -ERANGE);
	EXPECT_EQ(protect_va(v, VA + 1, 1, PROT_READ), -EINVAL);
	EXPECT_EQ(protect_va(v, VA, 1, PROT_ALL), -EINVAL);
	EXPECT_EQ(protect_va(v, USER_END - PAGE_SIZE, 2, PROT_READ), -ERANGE);
	EXPECT_EQ(protect_va(v, ~0xfffull, 1, PROT_READ), -ERANGE);
	EXPECT(tables_agree(v));
}

TEST(extent, what_is_mapped_over_it_stays_when_it_goes)
{
	struct vspace *v = fresh();
	struct slot *below = make_extent(9), *above = make_extent(0);

	EXPECT_EQ(map(below, v, VA, 0, 512, PROT_READ), 0);
	host_tlb_clear();
	EXPECT_EQ(map(above, v, VA + 7 * PAGE_SIZE, 0, 1, RW), 0);
	EXPECT(host_tlb_flushed(VA + 7 * PAGE_SIZE));
	EXPECT(tables_agree(v));
	EXPECT_EQ(protect(below, 0, 512, PROT_EXEC), 0);
	EXPECT(maps(v, VA + 7 * PAGE_SIZE, above->base, RW));
	EXPECT(maps(v, VA + 8 * PAGE_SIZE, below->base + 8 * PAGE_SIZE, PROT_READ | PROT_EXEC));
	EXPECT(extent_release_step(below));
	EXPECT(maps(v, VA + 7 * PAGE_SIZE, above->base, RW));
	EXPECT(!translate(v, VA + 8 * PAGE_SIZE).present);
	EXPECT(extent_release_step(above));
	EXPECT_EQ(v->tables, 0);
	EXPECT(tables_agree(v));
}

TEST(extent, a_part_does_not_take_a_large_page_of_the_whole)
{
	struct vspace *v = fresh();
	struct slot *whole = make_extent(9), *part = make_slot();

	EXPECT_EQ(extent_slice(whole, 0, 12, part), 0);
	EXPECT_EQ(map(part, v, VA, 0, 1, RW), 0);
	EXPECT_EQ(map(whole, v, VA + MIB2, 0, 512, RW), 0);
	EXPECT_EQ(unmap(whole, 0, 512), 0);
	EXPECT_EQ(unmap(part, 0, 1), 0);
	EXPECT_EQ(map(part, v, VA, 0, 1, RW), 0);
	part->map_page = (VA + MIB2) >> PAGE_SHIFT; /* as if it had been mapped there and covered */
	EXPECT_EQ(map(whole, v, VA + MIB2, 0, 512, RW), 0);
	EXPECT_EQ(unmap(part, 0, 1), 0);
	EXPECT_EQ(translate(v, VA + MIB2).level, 1);
}

TEST(extent, a_record_of_a_dead_address_space_is_stale)
{
	struct vspace *v = fresh();
	struct slot *e = make_extent(3);

	EXPECT_EQ(map(e, v, VA, 0, 8, RW), 0);
	EXPECT_EQ(map(e, v, 2 * VA, 0, 8, RW), -EBUSY);
	while (!vspace_ops.destroy_step(&v->object))
		;
	EXPECT(vspace_from_record(e) == NULL);
	EXPECT_EQ(protect(e, 0, 8, PROT_READ), 0);
	memset(v, 0, sizeof(*v));
	frame_set(v, FRAME_VSPACE, v);
	vspace_ops.init(&v->object);
	feed_pages(v, 3);
	EXPECT(vspace_from_record(e) == NULL);
	EXPECT_EQ(map(e, v, 2 * VA, 0, 8, RW), 0);
	EXPECT(maps(v, 2 * VA, e->base, RW));
	EXPECT(extent_release_step(e));
	EXPECT(tables_agree(v));
}

TEST(extent, map_answers_each_error)
{
	struct vspace *v = fresh();
	struct slot *e = make_extent(3);
	struct slot *device = make_device(8 * GIB1, 3);

	EXPECT_EQ(map(e, v, VA + 1, 0, 1, RW), -EINVAL);
	EXPECT_EQ(map(e, v, VA, 0, 1, 1u << 5), -EINVAL);
	EXPECT_EQ(map(e, v, VA, 0, 1, RW | PROT_UNCACHED), -EINVAL);
	EXPECT_EQ(map(device, v, VA, 0, 1, RW | PROT_UNCACHED | PROT_WRITECOMBINE), -EINVAL);
	EXPECT_EQ(map(e, v, USER_END, 0, 1, RW), -EINVAL);
	EXPECT_EQ(map(e, v, USER_END - PAGE_SIZE, 0, 2, RW), -EINVAL);
	EXPECT_EQ(map(e, v, 0xffff800000000000ull, 0, 1, RW), -EINVAL);
	EXPECT_EQ(map(e, v, ~0xfffull, 0, 1, RW), -EINVAL);
	EXPECT_EQ(map(e, v, VA, 8, 1, RW), -ERANGE);
	EXPECT_EQ(map(e, v, VA, 1, ~0ull, RW), -ERANGE);
	EXPECT_EQ(map(e, v, VA, 0, 0, RW), 0);
	e->rights = RIGHT_EXTENT_READ;
	EXPECT_EQ(map(e, v, VA, 0, 1, RW), -EACCES);
	e->rights = RIGHT_EXTENT_WRITE;
	EXPECT_EQ(map(e, v, VA, 0, 1, PROT_WRITE), -EACCES);
	EXPECT(vspace_from_record(e) == NULL);
	EXPECT_EQ(v->tables, 0);
	EXPECT_EQ(unmap(e, 0, 9), -ERANGE);
	e->rights = RIGHTS_ALL;
	EXPECT_EQ(map(e, v, USER_END - PAGE_SIZE, 0, 1, RW), 0);
	EXPECT_EQ(unmap(e, 0, 8), 0);
	EXPECT(tables_agree(v));
}

TEST(extent, enomem_says_how_much_to_feed)
{
	struct vspace *v;
	struct slot *e;

	host_mm_begin();
	v = make_vspace();
	e = make_extent(11);
	EXPECT_EQ(map(e, v, VA + PAGE_SIZE, 0, 2048, RW), -ENOMEM);
	EXPECT_EQ(v->wanted, 3 + 4);
	EXPECT_EQ(v->tables, 0);
	EXPECT(vspace_from_record(e) == NULL);
	feed_pages(v, 3);
	EXPECT_EQ(map(e, v, VA + PAGE_SIZE, 0, 2048, RW), 0);
	EXPECT_EQ(v->tables, 7);
	EXPECT_EQ(unmap(e, 0, 2048), 0);
	EXPECT_EQ(feed_available(&v->feeds), 8);
	EXPECT_EQ(map(e, v, VA, 0, 2048, RW), 0);
	EXPECT_EQ(v->tables, 2);
	for (unsigned int i = 0; i < 4; i++)
		EXPECT_EQ(unmap(e, i * 512, 1), 0);
	EXPECT(tables_agree(v));
}

TEST(extent, no_memory_is_needed_to_release)
{
	struct vspace *v;
	struct slot *e;

	host_mm_begin();
	v = make_vspace();
	feed_pages(v, 1);
	e = make_extent(9);
	EXPECT_EQ(map(e, v, VA, 0, 512, RW), 0);
	EXPECT_EQ(unmap(e, 0, 1), -ENOMEM);
	EXPECT_EQ(v->wanted, 1);
	EXPECT_EQ(protect(e, 0, 1, PROT_READ), -ENOMEM);
	EXPECT_EQ(protect_va(v, VA, 1, PROT_READ), -ENOMEM);
	EXPECT(maps(v, VA, e->base, RW));
	EXPECT(extent_release_step(e));
	EXPECT(!translate(v, VA).present);
	EXPECT(tables_agree(v));
}

TEST(extent, long_calls_go_on_after_each_cut)
{
	struct vspace *v = fresh();
	struct slot *e = make_extent(11);

	host_cut_every = 1;
	EXPECT_EQ(map(e, v, VA + 5 * PAGE_SIZE, 0, 2048, RW), 0);
	EXPECT(calls >= 2048 / 32);
	EXPECT_EQ(protect(e, 0, 2048, PROT_READ), 0);
	EXPECT(calls >= 2048 / 32);
	for (unsigned int i = 0; i < 2048; i++)
		EXPECT(maps(v, VA + (i + 5) * PAGE_SIZE, e->base + i * PAGE_SIZE, PROT_READ));
	EXPECT_EQ(unmap(e, 0, 2048), 0);
	EXPECT(calls >= 2048 / 32);
	EXPECT(vspace_from_record(e) == NULL);
	EXPECT_EQ(v->tables, 0);
}

TEST(extent, two_releases_that_stop_for_each_other_both_end)
{
	struct vspace *v = fresh();
	struct slot *e[2] = {make_extent(10), make_extent(10)};
	bool done[2] = {false, false};
	unsigned int steps = 0;

	EXPECT_EQ(map(e[0], v, VA + 5 * PAGE_SIZE, 0, 1024, RW), 0);
	EXPECT_EQ(map(e[1], v, VA + (5 + 1024) * PAGE_SIZE, 0, 1024, RW), 0);
	host_cut_every = 1;
	while (!done[0] || !done[1]) {
		for (unsigned int i = 0; i < 2; i++)
			if (!done[i])
				done[i] = extent_release_step(e[i]);
		if (!done[0])
			EXPECT_EQ(map(e[0], v, VA + 5 * PAGE_SIZE, 0, 1, RW), -EBUSY);
		REQUIRE(++steps < 100);
	}
	EXPECT_EQ(v->tables, 0);
	EXPECT_EQ(map(e[0], v, VA, 0, 1024, RW), 0);
}

static struct slot *other, *filler;
static struct vspace *space;

/* Another slot's large page comes to where a release is in the middle, and takes the last table. */
static bool remap_at_the_third_cut(void)
{
	static unsigned int cuts;
	bool third = ++cuts == 3;

	if (third) {
		host_cut_every = 0;
		EXPECT_EQ(unmap(other, 0, 512), 0);
		EXPECT_EQ(map(other, space, VA, 0, 512, RW), 0);
		EXPECT_EQ(map(filler, space, VA + MIB2, 0, 1, RW), 0);
		host_preempt = NULL;
	}
	return third;
}

TEST(extent, a_release_meets_a_large_page_of_the_same_memory)
{
	struct slot *e;

	host_mm_begin();
	space = make_vspace();
	feed_pages(space, 0);
	feed_pages(space, 1);
	e = make_extent(9);
	filler = make_extent(0);
	other = make_slot();
	EXPECT_EQ(map(e, space, VA, 0, 100, RW), 0);
	slot_copy(other, e, RIGHTS_ALL);
	EXPECT_EQ(map(other, space, VA, 0, 1, RW), 0);
	host_preempt = remap_at_the_third_cut;
	EXPECT(!extent_release_step(e));
	EXPECT_EQ(translate(space, VA).level, 1);
	EXPECT(extent_release_step(e));
	EXPECT(!translate(space, VA).present);
	EXPECT(tables_agree(space));
}

TEST(extent, a_slice_is_a_child_with_its_part)
{
	struct vspace *v = fresh();
	struct slot *e = make_extent(4), *to = make_slot();

	EXPECT_EQ(extent_slice(e, 2, 14, to), -EINVAL);
	EXPECT_EQ(extent_slice(e, 0, 11, to), -EINVAL);
	EXPECT_EQ(extent_slice(e, 0, 200, to), -EINVAL);
	EXPECT_EQ(extent_slice(e, 16, 12, to), -ERANGE);
	EXPECT_EQ(extent_slice(e, 0, 40, to), -ERANGE);
	e->depth = SLOT_DEPTH_MAX;
	EXPECT_EQ(extent_slice(e, 4, 14, to), -ELOOP);
	e->depth = 0;
	EXPECT(slot_empty(to));
	EXPECT_EQ(map(e, v, VA, 0, 16, RW), 0);
	EXPECT_EQ(extent_slice(e, 4, 14, to), 0);
	EXPECT_EQ(to->base, e->base + 4 * PAGE_SIZE);
	EXPECT_EQ(to->size_log2, 14);
	EXPECT(vspace_from_record(to) == NULL);
	EXPECT(slot_has_children(e));
}

TEST(extent, zero_and_copy_reach_just_their_pages)
{
	struct slot *a, *b, *device;
	uint64_t progress = 0;
	uint8_t *pa, *pb;

	fresh();
	a = make_extent(3);
	b = make_extent(3);
	device = make_device(8 * GIB1, 3);
	pa = phys_to_virt(a->base);
	pb = phys_to_virt(b->base);
	EXPECT_EQ(extent_zero(a, 1, 2, &progress), 0);
	EXPECT_EQ(pa[PAGE_SIZE - 1], 0xa5);
	EXPECT_EQ(pa[PAGE_SIZE], 0);
	EXPECT_EQ(pa[3 * PAGE_SIZE - 1], 0);
	EXPECT_EQ(pa[3 * PAGE_SIZE], 0xa5);
	progress = 0;
	host_cut_every = 1;
	EXPECT_EQ(extent_copy(b, 4, a, 0, 2, &progress), SYS_RESTART);
	EXPECT_EQ(progress, 1);
	EXPECT_EQ(pb[5 * PAGE_SIZE], 0xa5);
	EXPECT_EQ(extent_copy(b, 4, a, 0, 2, &progress), 0);
	EXPECT_EQ(pb[5 * PAGE_SIZE], 0);
	EXPECT_EQ(extent_zero(a, 0, 9, &progress), -ERANGE);
	EXPECT_EQ(extent_copy(b, 7, a, 0, 2, &progress), -ERANGE);
	EXPECT_EQ(extent_copy(b, 0, a, 7, 2, &progress), -ERANGE);
	EXPECT_EQ(extent_zero(device, 0, 1, &progress), -ENOTSUP);
	EXPECT_EQ(extent_copy(a, 0, device, 0, 1, &progress), -ENOTSUP);
}

/* ---- against a model ---- */

#define WINDOW	2048 /* pages of the address space that the model knows */
#define EXTENTS 6

struct model_page {
	uint64_t phys; /* 0: absent */
	unsigned int prot;
};

static struct model_page model[WINDOW];

/* Whatever was present and is not the same any more must have been flushed. */
static bool window_agrees(struct vspace *v, const struct model_page *before)
{
	for (unsigned int i = 0; i < WINDOW; i++) {
		uint64_t va = VA + i * PAGE_SIZE;
		const struct model_page *m = &model[i];

		if (m->phys ? !maps(v, va, m->phys, m->prot) : translate(v, va).present)
			return EXPECT(!"the page is as the model says");
		if (before[i].phys && (before[i].phys != m->phys || before[i].prot != m->prot) && !host_tlb_flushed(va))
			return EXPECT(!"the change was flushed");
	}
	return true;
}

static uint64_t below(uint64_t n) { return host_random() % n; }

/* One random call on E, whose page 0 is at page AT of the window, and the same on the model. */
static void random_call(struct vspace *v, struct slot *e, unsigned int at)
{
	uint64_t pages = extent_pages(e), first = below(pages), count = below(pages - first) + 1;
	unsigned int what = (unsigned int)below(8);
	unsigned int prot = (unsigned int)below(4) * 2 + 1;

	if (below(4) == 0) {
		first = 0;
		count = pages;
	}
	if (what < 3)
		EXPECT_EQ(map(e, v, VA + at * PAGE_SIZE, first, count, prot), 0);
	else if (what < 5)
		EXPECT_EQ(unmap(e, first, count), 0);
	else if (what < 7)
		EXPECT_EQ(protect(e, first, count, prot), 0);
	else
		EXPECT_EQ(protect_va(v, VA + (at + first) * PAGE_SIZE, count, prot), 0);
	for (uint64_t i = first; i < first + count; i++) {
		struct model_page *m = &model[at + i];
		uint64_t phys = extent_base(e) + i * PAGE_SIZE;

		if (what < 3)
			*m = (struct model_page){phys, prot};
		else if (what < 5 && m->phys == phys)
			m->phys = 0;
		else if ((what == 7 && m->phys) || (what >= 5 && m->phys == phys))
			m->prot = prot;
	}
}

TEST(extent, random_calls_agree_with_a_model)
{
	static struct model_page before[WINDOW];
	struct vspace *v = fresh();
	struct slot *e[EXTENTS];
	unsigned int at[EXTENTS];

	memset(model, 0, sizeof(model));
	for (unsigned int i = 0; i < EXTENTS; i++) {
		e[i] = make_extent(i * 2);
		at[i] = (unsigned int)below(WINDOW - extent_pages(e[i]) + 1);
		if (below(2))
			at[i] &= ~(unsigned int)(extent_pages(e[i]) - 1);
	}
	for (unsigned int round = 0; round < 600; round++) {
		unsigned int i = (unsigned int)below(EXTENTS);

		memcpy(before, model, sizeof(model));
		host_tlb_clear();
		host_cut_every = (unsigned int)below(3);
		random_call(v, e[i], at[i]);
		REQUIRE(window_agrees(v, before));
		REQUIRE(tables_agree(v));
	}
	for (unsigned int i = 0; i < EXTENTS; i++)
		while (!extent_release_step(e[i]))
			;
	EXPECT_EQ(v->tables, 0);
	EXPECT(tables_agree(v));
}
