/* SPDX-License-Identifier: 0BSD */
/* memory.c: address spaces as programs see them. */
#include "sys/kit.h"

#include "lib/string.h"

static volatile char *at(uint64_t address) { return (volatile char *)address; }

static void fill(uint64_t address, uint64_t pages, char first)
{
	for (uint64_t i = 0; i < pages; i++)
		*at(address + i * PAGE) = (char)(first + (char)i);
}

static unsigned wrong(uint64_t address, uint64_t pages, char first)
{
	unsigned count = 0;

	for (uint64_t i = 0; i < pages; i++)
		count += *at(address + i * PAGE) != (char)(first + (char)i);
	return count;
}

TEST(memory, fresh_memory_is_zero_and_keeps_what_is_written)
{
	uint64_t a = mem_new(64 * PAGE, 0);

	ASSERT(a != 0);
	for (uint64_t i = 0; i < 64 * PAGE; i += 512)
		EXPECT_EQ(*at(a + i), 0);
	fill(a, 64, 0);
	EXPECT_EQ(wrong(a, 64, 0), 0);
	EXPECT_OK(mem_unmap(a, 64 * PAGE));
}

TEST(memory, memory_comes_back_zero_after_unmap)
{
	for (int round = 0; round < 20; round++) {
		uint64_t a = mem_new(40 * PAGE, 0);

		ASSERT(a != 0);
		for (uint64_t i = 0; i < 40 * PAGE; i += 256)
			ASSERT_EQ(*at(a + i), 0);
		memset((void *)a, 0x55, 40 * PAGE);
		EXPECT_OK(mem_unmap(a, 40 * PAGE));
	}
}

TEST(memory, bad_ranges_are_refused)
{
	uint64_t a = 0x1234, length = PAGE;

	EXPECT_EQ(mem_map(&a, length, RW, MEM_FIXED, CAP_NONE, 0), -EINVAL);
	a = 0;
	EXPECT_EQ(mem_map(&a, length, RW, MEM_FIXED, CAP_NONE, 0), -EINVAL);
	a = 0;
	EXPECT_EQ(mem_map(&a, 0, RW, 0, CAP_NONE, 0), -EINVAL);
	a = 0;
	EXPECT_EQ(mem_map(&a, 100, RW, 0, CAP_NONE, 0), -EINVAL);
	a = 0;
	EXPECT_EQ(mem_map(&a, ~(PAGE - 1), RW, 0, CAP_NONE, 0), -ENOMEM);
	a = 0x7ffffffff000;
	EXPECT_EQ(mem_map(&a, 2 * PAGE, RW, MEM_FIXED, CAP_NONE, 0), -ENOMEM);
	a = LAYOUT_CONTROL;
	EXPECT_EQ(mem_map(&a, PAGE, RW, MEM_FIXED, CAP_NONE, 0), -ENOMEM);
	a = 0;
	EXPECT_EQ(mem_map(&a, PAGE, 0x100, 0, CAP_NONE, 0), -EINVAL);
	a = 0;
	EXPECT_EQ(mem_map(&a, PAGE, RW, 0, CAP_NONE, ~(PAGE - 1)), -ENOMEM);
	EXPECT_EQ(mem_unmap(0x1001, PAGE), -EINVAL);
	EXPECT_EQ(mem_unmap(0x1000, 0), -EINVAL);
	EXPECT_EQ(mem_unmap(0x1000, ~(PAGE - 1)), -EINVAL);
	EXPECT_EQ(mem_unmap(LAYOUT_INFO, PAGE), -EINVAL);
	EXPECT_EQ(mem_protect(0x200000000000, PAGE, RW), -ENOMEM);
	EXPECT_EQ(mem_protect(LAYOUT_CLOCK, PAGE, RW), -EINVAL);
	EXPECT_OK(mem_unmap(0x200000000000, PAGE));
}

TEST(memory, fixed_replaces_and_noreplace_does_not)
{
	uint64_t a = mem_new(8 * PAGE, 0), middle = a + 2 * PAGE;

	ASSERT(a != 0);
	fill(a, 8, 1);
	EXPECT_EQ(mem_map(&middle, 3 * PAGE, RW, MEM_FIXED | MEM_NOREPLACE, CAP_NONE, 0), -EEXIST);
	middle = a + 2 * PAGE;
	EXPECT_OK(mem_map(&middle, 3 * PAGE, RW, MEM_FIXED, CAP_NONE, 0));
	EXPECT_EQ(wrong(a, 2, 1), 0);
	EXPECT_EQ(*at(a + 2 * PAGE) | *at(a + 3 * PAGE) | *at(a + 4 * PAGE), 0);
	EXPECT_EQ(wrong(a + 5 * PAGE, 3, 6), 0);
	EXPECT_OK(mem_unmap(a, 8 * PAGE));
}

TEST(memory, unmapping_a_part_leaves_the_rest)
{
	uint64_t a = mem_new(64 * PAGE, 0);

	ASSERT(a != 0);
	fill(a, 64, 0);
	for (uint64_t i = 1; i < 64; i += 2)
		EXPECT_OK(mem_unmap(a + i * PAGE, PAGE));
	for (uint64_t i = 0; i < 64; i += 2)
		EXPECT_EQ(*at(a + i * PAGE), (char)i);
	for (uint64_t i = 1; i < 64; i += 2) {
		uint64_t hole = a + i * PAGE;

		EXPECT_OK(mem_map(&hole, PAGE, RW, MEM_FIXED | MEM_NOREPLACE, CAP_NONE, 0));
		EXPECT_EQ(*at(hole), 0);
	}
	EXPECT_OK(mem_unmap(a, 64 * PAGE));
}

/* ---- what ends a process ---- */

static void touch(void *arg) { *at((uint64_t)arg) = 1; }

static void look(void *arg) { (void)*at((uint64_t)arg); }

#define SEGV 11

TEST(memory, a_touch_outside_ends_the_process)
{
	EXPECT_EQ(child_run(touch, (void *)0x300000000000) & 0x7f, SEGV);
	EXPECT_EQ(child_run(look, (void *)0x300000000000) & 0x7f, SEGV);
	EXPECT_EQ(child_run(touch, NULL) & 0x7f, SEGV);
	EXPECT_EQ(child_run(touch, (void *)LAYOUT_INFO) & 0x7f, SEGV);
	EXPECT_EQ(child_run(touch, (void *)LAYOUT_CLOCK) & 0x7f, SEGV);
}

TEST(memory, protection_is_kept)
{
	uint64_t a = mem_new(12 * PAGE, 0);

	ASSERT(a != 0);
	fill(a, 12, 3);
	EXPECT_OK(mem_protect(a + 4 * PAGE, 4 * PAGE, PROT_READ));
	EXPECT_EQ(wrong(a, 12, 3), 0);
	EXPECT_EQ(child_run(touch, (void *)(a + 5 * PAGE)) & 0x7f, SEGV);
	EXPECT_EQ(child_run(look, (void *)(a + 5 * PAGE)), 0);
	EXPECT_EQ(child_run(touch, (void *)(a + 3 * PAGE)), 0);
	EXPECT_EQ(child_run(touch, (void *)(a + 8 * PAGE)), 0);
	EXPECT_OK(mem_protect(a + 4 * PAGE, 4 * PAGE, 0));
	EXPECT_EQ(child_run(look, (void *)(a + 5 * PAGE)) & 0x7f, SEGV);
	EXPECT_OK(mem_protect(a, 12 * PAGE, RW));
	fill(a, 12, 4);
	EXPECT_EQ(wrong(a, 12, 4), 0);
	EXPECT_OK(mem_unmap(a, 12 * PAGE));
}

/* ---- copy on write ---- */

static void child_writes(void *arg)
{
	uint64_t a = (uint64_t)arg;

	if (wrong(a, 40, 7))
		child_exit(1);
	fill(a, 40, 50);
	child_exit(wrong(a, 40, 50) ? 2 : 0);
}

TEST(memory, a_clone_has_its_own_copy)
{
	uint64_t a = mem_new(40 * PAGE, 0);
	int64_t pid;

	ASSERT(a != 0);
	fill(a, 40, 7);
	EXPECT_EQ(child_run(child_writes, (void *)a), 0);
	EXPECT_EQ(wrong(a, 40, 7), 0);
	/* The origin writes first. */
	pid = child_start(child_writes, (void *)a);
	for (uint64_t i = 0; i < 40; i++)
		*at(a + i * PAGE + 8) = 1;
	EXPECT_EQ(child_wait(pid), 0);
	EXPECT_EQ(wrong(a, 40, 7), 0);
	EXPECT_OK(mem_unmap(a, 40 * PAGE));
}

static void grandchild(void *arg)
{
	if (child_run(child_writes, arg) != 0)
		child_exit(3);
	if (wrong((uint64_t)arg, 40, 7))
		child_exit(4);
	child_writes(arg);
}

TEST(memory, clones_of_clones_are_apart)
{
	uint64_t a = mem_new(40 * PAGE, 0);

	ASSERT(a != 0);
	fill(a, 40, 7);
	EXPECT_EQ(child_run(grandchild, (void *)a), 0);
	EXPECT_EQ(wrong(a, 40, 7), 0);
	EXPECT_OK(mem_unmap(a, 40 * PAGE));
}

/* ---- objects ---- */

static void write_99(void *arg) { *at((uint64_t)arg) = 99; }

TEST(memory, an_object_is_shared)
{
	uint64_t a = 0, b = 0;
	cap_t object;

	ASSERT_OK(mem_object(20 * PAGE, &object));
	EXPECT_OK(mem_map(&a, 20 * PAGE, RW, MEM_SHARED, object, 0));
	EXPECT_OK(mem_map(&b, 10 * PAGE, RW, MEM_SHARED, object, 10 * PAGE));
	fill(a, 20, 11);
	EXPECT_EQ(wrong(b, 10, 21), 0);
	*at(b + 3 * PAGE) = 1;
	EXPECT_EQ(*at(a + 13 * PAGE), 1);
	EXPECT_EQ(child_run(write_99, (void *)(a + 19 * PAGE)), 0);
	EXPECT_EQ(*at(b + 9 * PAGE), 99);
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, object));
	EXPECT_OK(mem_unmap(a, 20 * PAGE));
	EXPECT_EQ(*at(b + 9 * PAGE), 99);
	EXPECT_OK(mem_unmap(b, 10 * PAGE));
}

TEST(memory, a_private_mapping_of_an_object_is_a_copy)
{
	uint64_t a = 0, b = 0;
	cap_t object;

	ASSERT_OK(mem_object(20 * PAGE, &object));
	EXPECT_OK(mem_map(&a, 20 * PAGE, RW, MEM_SHARED, object, 0));
	EXPECT_OK(mem_map(&b, 20 * PAGE, RW, 0, object, 0));
	fill(a, 20, 11);
	EXPECT_EQ(wrong(b, 20, 11), 0);
	fill(b, 20, 60);
	EXPECT_EQ(wrong(a, 20, 11), 0);
	EXPECT_EQ(wrong(b, 20, 60), 0);
	EXPECT_OK(mem_unmap(a, 20 * PAGE));
	EXPECT_EQ(child_run(write_99, (void *)b), 0);
	EXPECT_EQ(wrong(b, 20, 60), 0);
	EXPECT_OK(mem_unmap(b, 20 * PAGE));
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, object));
}

TEST(memory, a_shortened_object_loses_its_pages)
{
	struct os_words words;
	uint64_t a = 0;
	cap_t object;

	ASSERT_OK(mem_object(20 * PAGE, &object));
	EXPECT_OK(mem_map(&a, 20 * PAGE, RW, MEM_SHARED, object, 0));
	fill(a, 20, 11);
	EXPECT_OK(sys_call(&(struct call){.to = object, .op = MEM_RESIZE, .w1 = 5 * PAGE + 10}, &words, NULL));
	EXPECT_EQ(wrong(a, 6, 11), 0);
	EXPECT_EQ(child_run(look, (void *)(a + 6 * PAGE)) & 0x7f, 7);
	EXPECT_OK(sys_call(&(struct call){.to = object, .op = MEM_RESIZE, .w1 = 20 * PAGE}, &words, NULL));
	for (uint64_t i = 6; i < 20; i++)
		EXPECT_EQ(*at(a + i * PAGE), 0);
	EXPECT_OK(mem_unmap(a, 20 * PAGE));
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, object));
}

/* ---- many times ---- */

static void nothing(void *arg) {}

TEST(memory, processes_leave_nothing)
{
	for (int i = 0; i < 30; i++)
		ASSERT_EQ(child_run(nothing, NULL), 0);
}
