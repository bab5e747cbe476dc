/* SPDX-License-Identifier: 0BSD */
/* printf.c: tests of kern/lib/printf. */
#include <parley/print.h>
#include "lib/printf.h"

#include "host/harness.h"
#include "host/shim/arch.h"

#include <string.h>

#define PRINTS(want, ...)                                                                                              \
	do {                                                                                                           \
		char buf_[128];                                                                                        \
		EXPECT_EQ(os_snprintf(buf_, sizeof(buf_), __VA_ARGS__), strlen(want));                                 \
		EXPECT_STR(buf_, want);                                                                                \
	} while (0)

TEST(printf, numbers_of_every_size)
{
	PRINTS("0 -1 2147483647 -2147483648", "%d %d %i %d", 0, -1, 2147483647, -2147483647 - 1);
	PRINTS("4294967295 ff", "%u %x", 4294967295u, 255u);
	PRINTS("-9223372036854775808", "%ld", -9223372036854775807l - 1);
	PRINTS("18446744073709551615 ffffffffffffffff", "%lu %lx", ~0ul, ~0ul);
	PRINTS("7 7 9", "%zu %zd %llu", (size_t)7, (long)7, 9ull);
	PRINTS("0000deadbeef0000", "%p", (void *)0xdeadbeef0000ul);
}

TEST(printf, widths_and_flags)
{
	PRINTS("[   42|42   |00042|-0042|  -42]", "[%5d|%-5d|%05d|%05d|%5d]", 42, 42, 42, -42, -42);
	PRINTS("[    42|0x002a]", "[%*d|0x%04x]", 6, 42, 42u);
	PRINTS("[42  ]", "[%*d]", -4, 42);
	PRINTS("[123456]", "[%3d]", 123456);
}

TEST(printf, text_and_characters)
{
	PRINTS("a b % (null)", "%c %s %% %s", 'a', "b", (char *)NULL);
	PRINTS("[  ab|ab  |ab|abc]", "[%4s|%-4s|%.2s|%.*s]", "ab", "ab", "abcd", 3, "abcd");
}

TEST(printf, precision_limits_how_far_text_is_read)
{
	const char unterminated[3] = {'x', 'y', 'z'};

	PRINTS("xyz", "%.3s", unterminated);
}

TEST(printf, short_buffer_cuts_and_tells_the_length)
{
	char buf[6] = "#####";

	EXPECT_EQ(os_snprintf(buf, 4, "%s", "abcdefg"), 7);
	EXPECT_STR(buf, "abc");
	EXPECT_EQ(buf[4], '#');
	EXPECT_EQ(os_snprintf(NULL, 0, "%d", 12345), 5);
	EXPECT_EQ(os_snprintf(buf, 1, "x"), 1);
	EXPECT_STR(buf, "");
}

TEST(printf, kprintf_goes_to_the_console)
{
	char seen[32] = "";

	shim_capture(seen, sizeof(seen));
	kprintf("%s is %d\n", "six", 6);
	shim_capture(NULL, 0);
	EXPECT_STR(seen, "six is 6\n");
}
