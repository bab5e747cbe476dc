/* SPDX-License-Identifier: 0BSD */
/* bitmap.c: tests of kern/lib/bitmap and kern/lib/bits. */
#include "lib/bitmap.h"

#include "host/harness.h"

TEST(bitmap, next_finds_every_bit_in_order)
{
	uint64_t map[BITMAP_WORDS(200)] = {0};
	static const unsigned int bits[] = {0, 1, 63, 64, 127, 128, 199};
	unsigned int at = 0;

	for (unsigned int i = 0; i < array_len(bits); i++)
		bitmap_set(map, bits[i]);
	for (unsigned int i = 0; i < array_len(bits); i++, at++) {
		at = bitmap_next(map, 200, at);
		EXPECT_EQ(at, bits[i]);
		EXPECT(bitmap_test(map, at));
	}
	bitmap_clear(map, 0);
	EXPECT_EQ(bitmap_first(map, 200), 1);
}

TEST(bitmap, next_of_nothing_is_the_size)
{
	uint64_t map[2] = {0};

	EXPECT_EQ(bitmap_first(map, 100), 100);
	bitmap_set(map, 101);
	EXPECT_EQ(bitmap_first(map, 100), 100);
	EXPECT_EQ(bitmap_next(map, 128, 102), 128);
	EXPECT_EQ(bitmap_next(map, 128, 128), 128);
}

TEST(bitmap, next_clear_skips_set_bits)
{
	uint64_t map[2] = {~0ull, 1};

	EXPECT_EQ(bitmap_next_clear(map, 128, 0), 65);
	EXPECT_EQ(bitmap_next_clear(map, 65, 0), 65);
	bitmap_clear(map, 5);
	EXPECT_EQ(bitmap_next_clear(map, 128, 0), 5);
	EXPECT_EQ(bitmap_next_clear(map, 128, 6), 65);
}

TEST(bitmap, prio_map_knows_the_highest)
{
	struct prio_map map = {0};
	bool reference[256] = {false};

	EXPECT_EQ(prio_map_highest(&map), -1);
	for (int round = 0; round < 10000; round++) {
		unsigned int prio = host_random() % 256;
		int highest = 255;

		reference[prio] = host_random() % 8 == 0;
		if (reference[prio])
			prio_map_set(&map, prio);
		else
			prio_map_clear(&map, prio);
		while (highest >= 0 && !reference[highest])
			highest--;
		EXPECT_EQ(prio_map_test(&map, prio), reference[prio]);
		REQUIRE(prio_map_highest(&map) == highest);
	}
}

TEST(bits, alignment_rounds_to_powers_of_two)
{
	EXPECT_EQ(align_up(0, 4096), 0);
	EXPECT_EQ(align_up(1, 4096), 4096);
	EXPECT_EQ(align_up(4096, 4096), 4096);
	EXPECT_EQ(align_down(8191, 4096), 4096);
	EXPECT(is_aligned(8192, 4096) && !is_aligned(8193, 4096));
	EXPECT(is_pow2(1) && is_pow2(1ull << 63) && !is_pow2(0) && !is_pow2(12));
}

TEST(bits, logarithms_round_as_named)
{
	EXPECT_EQ(log2_floor(1), 0);
	EXPECT_EQ(log2_floor(4095), 11);
	EXPECT_EQ(log2_floor(~0ull), 63);
	EXPECT_EQ(log2_ceil(1), 0);
	EXPECT_EQ(log2_ceil(4095), 12);
	EXPECT_EQ(log2_ceil(4096), 12);
	EXPECT_EQ(log2_ceil(4097), 13);
	EXPECT_EQ(min(3, 4) + max(3, 4), 7);
}
