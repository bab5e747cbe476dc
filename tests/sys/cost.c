/* SPDX-License-Identifier: 0BSD */
/* cost.c: what memory costs, in instructions, with QEMU's -icount. It prints; it asserts nothing but that it works. */
#include "sys/kit.h"

#define ROUNDS 64

SUITE_SECONDS(cost, 60);

static void report(const char *name, uint64_t sum, uint64_t count) { os_printf("cost %s %lu\n", name, sum / count); }

static void touch(uint64_t address) { *(volatile char *)address = 1; }

TEST(cost, of_touching_page_after_page)
{
	uint64_t a = mem_new(256 * PAGE, 0), start, stop;

	start = os_tsc();
	for (uint64_t i = 0; i < 256; i++)
		touch(a + i * PAGE);
	stop = os_tsc();
	report("fault.sequential.page", stop - start, 256);
	EXPECT_OK(mem_unmap(a, 256 * PAGE));
}

/* In a child, because page tables that an address space was fed stay with it. */
static void touch_here_and_there(void *arg)
{
	uint64_t a = mem_new(64 * 64 * PAGE, 0), start, sum = 0;

	for (uint64_t i = 0; i < 64; i++) {
		start = os_tsc();
		touch(a + i * 64 * PAGE);
		sum += os_tsc() - start;
	}
	report("fault.sparse", sum, 64);
}

TEST(cost, of_touching_a_page_here_and_there) { EXPECT_EQ(child_run(touch_here_and_there, NULL), 0); }

TEST(cost, of_map_touch_unmap)
{
	uint64_t keep = mem_new(PAGE, 0), sum[3] = {0};

	touch(keep);
	for (int i = 0; i < ROUNDS + 4; i++) {
		uint64_t t0 = os_tsc(), t1, t2, t3, a = 0;

		mem_map(&a, 4 * PAGE, RW, 0, CAP_NONE, 0);
		t1 = os_tsc();
		touch(a);
		t2 = os_tsc();
		mem_unmap(a, 4 * PAGE);
		t3 = os_tsc();
		if (i < 4)
			continue;
		sum[0] += t1 - t0;
		sum[1] += t2 - t1;
		sum[2] += t3 - t2;
	}
	report("map", sum[0], ROUNDS);
	report("touch", sum[1], ROUNDS);
	report("unmap", sum[2], ROUNDS);
	report("map+touch+unmap", sum[0] + sum[1] + sum[2], ROUNDS);
	EXPECT_OK(mem_unmap(keep, PAGE));
}

static void nothing(void *arg) {}

TEST(cost, of_a_child)
{
	uint64_t sum[2] = {0};

	for (int i = 0; i < 20; i++) {
		uint64_t t0 = os_tsc(), t1, t2;
		int64_t pid = child_start(nothing, NULL);

		EXPECT_OK(pid);
		t1 = os_tsc();
		child_wait(pid);
		t2 = os_tsc();
		if (i < 4)
			continue;
		sum[0] += t1 - t0;
		sum[1] += t2 - t1;
	}
	report("fork", sum[0], 16);
	report("exit+wait", sum[1], 16);
	report("fork+exit+wait", sum[0] + sum[1], 16);
}
