/* SPDX-License-Identifier: 0BSD */
/* memory.c: address spaces as programs see them. */
#include "sys/kit.h"

static volatile char *at(uint64_t address) { return (volatile char *)address; }

TEST(memory, fresh_memory_is_zero_and_keeps_what_is_written)
{
	uint64_t a = mem_new(64 * PAGE, 0);

	ASSERT(a != 0);
	for (uint64_t i = 0; i < 64 * PAGE; i += 512)
		EXPECT_EQ(*at(a + i), 0);
	for (uint64_t i = 0; i < 64; i++)
		*at(a + i * PAGE) = (char)i;
	for (uint64_t i = 0; i < 64; i++)
		EXPECT_EQ(*at(a + i * PAGE), (char)i);
	EXPECT_OK(mem_unmap(a, 64 * PAGE));
}
