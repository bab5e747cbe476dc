/* SPDX-License-Identifier: 0BSD */
/* string.c: tests of kern/lib/string.
 *
 * The host has functions of these names already, so the kernel's are compiled in here by others.
 */
#define memcpy	kern_memcpy
#define memmove kern_memmove
#define memset	kern_memset
#define memcmp	kern_memcmp
#define strlen	kern_strlen
#define strcmp	kern_strcmp
#include "lib/string.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef strlen
#undef strcmp

#include "host/harness.h"

#include <string.h>

#define LEN 100

static void fill(char *buf)
{
	for (int i = 0; i < LEN; i++)
		buf[i] = (char)host_random();
}

TEST(string, copies_and_moves_agree_with_the_library)
{
	char got[LEN];
	char want[LEN];

	for (int round = 0; round < 5000; round++) {
		size_t to = host_random() % LEN;
		size_t from = host_random() % LEN;
		size_t len = host_random() % (LEN - (to > from ? to : from) + 1);

		fill(got);
		memcpy(want, got, LEN);
		EXPECT(kern_memmove(got + to, got + from, len) == got + to);
		memmove(want + to, want + from, len);
		REQUIRE(memcmp(got, want, LEN) == 0);
		fill(want);
		EXPECT(kern_memcpy(got + to, want + from, len) == got + to);
		REQUIRE(memcmp(got + to, want + from, len) == 0);
	}
}

TEST(string, fills_exactly_the_range)
{
	char buf[LEN];

	for (size_t len = 0; len < LEN - 2; len++) {
		memset(buf, 'x', LEN);
		EXPECT(kern_memset(buf + 1, 0x1a5, len) == buf + 1);
		EXPECT_EQ(buf[0], 'x');
		EXPECT_EQ(buf[len + 1], 'x');
		for (size_t i = 1; i <= len; i++)
			EXPECT_EQ((uint8_t)buf[i], 0xa5);
	}
}

TEST(string, comparison_is_by_unsigned_bytes)
{
	EXPECT_EQ(kern_memcmp("abc", "abd", 2), 0);
	EXPECT(kern_memcmp("abc", "abd", 3) < 0);
	EXPECT(kern_memcmp("\x80", "\x7f", 1) > 0);
	EXPECT_EQ(kern_memcmp("a", "b", 0), 0);
	EXPECT_EQ(kern_strlen(""), 0);
	EXPECT_EQ(kern_strlen("abc"), 3);
	EXPECT_EQ(kern_strcmp("abc", "abc"), 0);
	EXPECT(kern_strcmp("ab", "abc") < 0);
	EXPECT(kern_strcmp("\x80", "\x7f") > 0);
}
