/* SPDX-License-Identifier: 0BSD */
/* vspace.c: the life of address spaces and walks through them, on the host. */
#include <abi/errno.h>
#include <string.h>
#include "host/address_space.h"
#include "host/harness.h"
#include "host/shim/mm.h"
#include "mm/walk.h"

#define VA   0x40000000ull
#define MIB2 0x200000ull

static struct vspace *fresh(void)
{
	struct vspace *v;

	host_mm_begin();
	v = make_vspace();
	feed_pages(v, 4);
	return v;
}

static void *walk_want(struct walk *w, struct vspace *v, uint64_t va, uint64_t want)
{
	uint64_t run;

	return walk_run(w, v, va, 1, want, &run);
}

static void *walk_read(struct walk *w, struct vspace *v, uint64_t va) { return walk_want(w, v, va, WALK_READ); }
static void *walk_write(struct walk *w, struct vspace *v, uint64_t va) { return walk_want(w, v, va, WALK_WRITE); }

TEST(vspace, destruction_gives_everything_back)
{
	struct vspace *v = fresh();
	struct slot *e = make_extent(11);
	struct slot *more = feed_pages(v, 8);
	struct list_node threads[3];
	unsigned int steps = 0;

	for (unsigned int i = 0; i < 3; i++)
		list_push_back(&v->threads, &threads[i]);
	EXPECT_EQ(map(e, v, VA + PAGE_SIZE, 0, 2048, RW), 0);
	EXPECT_EQ(unmap(e, 0, 600), 0);
	EXPECT(tables_agree(v));
	while (!vspace_ops.destroy_step(&v->object))
		REQUIRE(++steps < 50);
	EXPECT(steps >= 5);
	EXPECT(list_empty(&v->threads));
	EXPECT_EQ(more->type, OBJ_UNTYPED);
	EXPECT_EQ(v->feeds.count, 0);
	for (uint64_t n = 0; n < frame_count; n++)
		EXPECT_EQ(frame_at(n)->kind, FRAME_PLAIN);
	EXPECT(vspace_ops.destroy_step(&v->object));
}

TEST(vspace, dirty_pages_are_told_and_forgotten)
{
	struct vspace *v = fresh();
	struct slot *small = make_extent(4), *large = make_extent(9);
	uint64_t mask;

	EXPECT_EQ(map(small, v, VA - 8 * PAGE_SIZE, 0, 16, RW), 0);
	*translate(v, VA - 8 * PAGE_SIZE).entry |= 0x40;
	*translate(v, VA).entry |= 0x40;
	EXPECT_EQ(vspace_dirty(v, VA - 10 * PAGE_SIZE, 64, false, &mask), 0);
	EXPECT_EQ(mask, 1u << 2 | 1u << 10);
	host_tlb_clear();
	EXPECT_EQ(vspace_dirty(v, VA, 1, true, &mask), 0);
	EXPECT_EQ(mask, 1);
	EXPECT(host_tlb_flushed(VA));
	EXPECT_EQ(vspace_dirty(v, VA - 10 * PAGE_SIZE, 64, true, &mask), 0);
	EXPECT_EQ(mask, 1u << 2);
	EXPECT_EQ(map(large, v, 2 * VA, 0, 512, RW), 0);
	*translate(v, 2 * VA).entry |= 0x40;
	EXPECT_EQ(vspace_dirty(v, 2 * VA, 64, true, &mask), 0);
	EXPECT_EQ(mask, ~0ull);
	EXPECT(translate(v, 2 * VA).dirty);
	EXPECT_EQ(protect(large, 0, 1, PROT_READ), 0);
	EXPECT(translate(v, 2 * VA + 7 * PAGE_SIZE).dirty);
	EXPECT_EQ(vspace_dirty(v, VA, 65, false, &mask), -EINVAL);
	EXPECT_EQ(vspace_dirty(v, VA + 8, 1, false, &mask), -EINVAL);
	EXPECT_EQ(vspace_dirty(v, USER_END - PAGE_SIZE, 2, false, &mask), -ERANGE);
}

TEST(vspace, mapping_again_keeps_a_dirty_page_dirty)
{
	struct vspace *v = fresh();
	struct slot *e = make_extent(2);

	EXPECT_EQ(map(e, v, VA, 0, 4, RW), 0);
	*translate(v, VA).entry |= 0x40;
	EXPECT_EQ(map(e, v, VA, 0, 4, RW), 0);
	EXPECT(translate(v, VA).dirty);
}

TEST(walk, reaches_what_the_user_may_reach)
{
	struct vspace *v = fresh();
	struct slot *small = make_extent(2), *large = make_extent(9);
	struct slot *device = make_device(1ull << 33, 0);
	struct walk w = {0};

	EXPECT_EQ(map(small, v, VA, 0, 3, PROT_READ), 0);
	EXPECT_EQ(map(large, v, VA + MIB2, 0, 512, RW), 0);
	EXPECT_EQ(map(device, v, VA - PAGE_SIZE, 0, 1, RW), 0);
	EXPECT(walk_read(&w, v, VA + 5) == phys_to_virt(small->base + 5));
	EXPECT(walk_read(&w, v, VA + PAGE_SIZE) == phys_to_virt(small->base + PAGE_SIZE));
	EXPECT(walk_write(&w, v, VA) == NULL);
	EXPECT(!walk_hopeless(v, VA));
	EXPECT(walk_read(&w, v, VA + 3 * PAGE_SIZE) == NULL);
	EXPECT(!walk_hopeless(v, VA + 3 * PAGE_SIZE));
	for (unsigned int i = 0; i < 512; i += 100)
		EXPECT(walk_read(&w, v, VA + MIB2 + i * PAGE_SIZE + 9) ==
		       phys_to_virt(large->base + i * PAGE_SIZE + 9));
	EXPECT(!translate(v, VA + MIB2).dirty);
	EXPECT(walk_write(&w, v, VA + MIB2) == phys_to_virt(large->base));
	EXPECT(translate(v, VA + MIB2).dirty);
	EXPECT(walk_read(&w, v, VA - PAGE_SIZE) == NULL);
	EXPECT(walk_hopeless(v, VA - PAGE_SIZE));
	EXPECT(walk_read(&w, v, USER_END) == NULL);
	EXPECT(walk_hopeless(v, USER_END));
	EXPECT(walk_read(&w, v, 0xffff800000000000ull) == NULL);
	EXPECT(walk_read(&w, v, 0) == NULL);
	EXPECT_EQ(protect(small, 0, 1, 0), 0);
	EXPECT(walk_read(&w, v, VA) == NULL);
}

TEST(walk, sets_accessed_and_dirty)
{
	struct vspace *v = fresh();
	struct slot *e = make_extent(0);
	struct walk w = {0};

	EXPECT_EQ(map(e, v, VA, 0, 1, RW), 0);
	*translate(v, VA).entry &= ~0x20ull;
	EXPECT(walk_read(&w, v, VA) != NULL);
	EXPECT_EQ(*translate(v, VA).entry & 0x60, 0x20);
	EXPECT(walk_write(&w, v, VA) != NULL);
	EXPECT_EQ(*translate(v, VA).entry & 0x60, 0x60);
}

TEST(walk, small_copies_cross_a_page)
{
	struct vspace *v = fresh();
	struct slot *a = make_extent(0), *b = make_extent(0);
	uint8_t data[64], back[64];

	for (unsigned int i = 0; i < 64; i++)
		data[i] = (uint8_t)(i + 1);
	EXPECT_EQ(map(a, v, VA, 0, 1, RW), 0);
	EXPECT(!user_write(v, VA + PAGE_SIZE - 10, data, 64));
	EXPECT(user_write(v, VA + PAGE_SIZE - 64, data, 64));
	EXPECT_EQ(map(b, v, VA + PAGE_SIZE, 0, 1, RW), 0);
	EXPECT(user_write(v, VA + PAGE_SIZE - 10, data, 64));
	EXPECT(user_read(v, back, VA + PAGE_SIZE - 10, 64));
	EXPECT(memcmp(data, back, 64) == 0);
	EXPECT(!user_read(v, back, VA + 2 * PAGE_SIZE - 10, 64));
	EXPECT_EQ(protect(b, 0, 1, PROT_READ), 0);
	EXPECT(!user_write(v, VA + PAGE_SIZE - 10, data, 64));
	EXPECT(!user_read(v, back, USER_END - 8, 16));
}
