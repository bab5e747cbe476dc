/* SPDX-License-Identifier: 0BSD */
/* frame.c: the buddy allocator and the heap above it. */
#include "mem/frame.h"

#include "host/harness.h"
#include "mem/heap.h"
#include "host/mem/shim.h"

#include <string.h>

#define HELD 600u

struct run {
	uint32_t frame;
	unsigned order;
	bool held;
};

static uint8_t taken[1 << 16]; /* by frame number */

static void mark(const struct run *r, uint8_t value)
{
	for (uint32_t i = 0; i < 1u << r->order; i++) {
		EXPECT(taken[r->frame + i] != value);
		taken[r->frame + i] = value;
	}
}

TEST(frame, runs_are_aligned_apart_and_all_come_back)
{
	static struct run runs[HELD];
	uint64_t seed = 1, before;

	shim_init();
	before = frame_free_count() - (uint64_t)shim_zones_taken * 512;
	for (unsigned i = 0; i < 40000; i++) {
		struct run *r = &runs[shim_any(&seed, HELD)];

		if (r->held) {
			mark(r, 0);
			frame_give(r->frame, r->order);
			r->held = false;
			continue;
		}
		r->order = (unsigned)shim_any(&seed, 7);
		if (frame_take(r->order, &r->frame) < 0)
			continue;
		r->held = true;
		EXPECT_EQ(r->frame % (1u << r->order), 0);
		mark(r, 1);
		memset(zone_window(r->frame), 0xee, PAGE_BYTES << r->order);
	}
	for (unsigned i = 0; i < HELD; i++)
		if (runs[i].held)
			frame_give(runs[i].frame, runs[i].order);
	EXPECT(shim_zones_taken <= 1);
	frame_trim();
	EXPECT_EQ(shim_zones_taken, 0);
	EXPECT_EQ(frame_free_count(), before);
}

TEST(frame, what_is_larger_than_a_zone_is_refused)
{
	uint32_t frame;

	shim_init();
	EXPECT_EQ(frame_take(10, &frame), -ENOMEM);
	EXPECT_EQ(frame_take(30, &frame), -ENOMEM);
}

TEST(heap, records_are_zero_keep_what_is_in_them_and_come_back)
{
	static struct {
		unsigned char *at;
		size_t bytes;
	} held[400];
	uint64_t seed = 2, before;

	shim_init();
	before = heap_used_bytes();
	for (unsigned i = 0; i < 60000; i++) {
		unsigned n = (unsigned)shim_any(&seed, 400);

		if (held[n].at) {
			for (size_t k = 0; k < held[n].bytes; k++)
				REQUIRE(held[n].at[k] == (unsigned char)n);
			heap_free(held[n].at, held[n].bytes);
			held[n].at = NULL;
			continue;
		}
		held[n].bytes = 1 + shim_any(&seed, shim_any(&seed, 8) ? 700 : 9000);
		held[n].at = heap_alloc(held[n].bytes);
		REQUIRE(held[n].at != NULL);
		EXPECT_EQ((uint64_t)held[n].at % 16, 0);
		for (size_t k = 0; k < held[n].bytes; k++)
			REQUIRE(held[n].at[k] == 0);
		memset(held[n].at, (int)n, held[n].bytes);
	}
	for (unsigned n = 0; n < 400; n++)
		heap_free(held[n].at, held[n].bytes);
	EXPECT_EQ(heap_used_bytes(), before);
	EXPECT(heap_frames() < 40);
	EXPECT(heap_alloc(HEAP_BYTES_MAX + 1) == NULL);
}
