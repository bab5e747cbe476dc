/* SPDX-License-Identifier: 0BSD */
/* utf8.c: tests of lib/utf8. */
#include "utf8/utf8.h"

#include "host/harness.h"

#include <string.h>

/* Decodes `bytes` and compares with `count` code points. */
static void decodes_to(const char *bytes, const uint32_t *codes, unsigned int count)
{
	struct utf8 utf8 = {0};
	unsigned int got = 0;

	for (size_t i = 0; i < strlen(bytes); i++) {
		uint32_t out[2];
		unsigned int n = utf8_decode(&utf8, (uint8_t)bytes[i], out);

		for (unsigned int j = 0; j < n; j++, got++)
			EXPECT_EQ(out[j], got < count ? codes[got] : 0);
	}
	EXPECT_EQ(got, count);
}

TEST(utf8, decodes_what_it_encodes)
{
	for (uint32_t code = 1; code <= 0x10ffff; code += code < 0x3000 ? 1 : 97) {
		struct utf8 utf8 = {0};
		char bytes[UTF8_MAX];
		size_t length = utf8_encode(code, bytes);
		uint32_t out[2] = {0};
		unsigned int count = 0;

		if (code >= 0xd800 && code < 0xe000)
			continue;
		for (size_t i = 0; i < length; i++) {
			EXPECT_EQ(count, 0);
			EXPECT_EQ(utf8_continues((uint8_t)bytes[i]), i > 0);
			count = utf8_decode(&utf8, (uint8_t)bytes[i], out);
		}
		REQUIRE(count == 1 && out[0] == code);
	}
}

TEST(utf8, wrong_pieces_become_one_mark_each)
{
	decodes_to("\x80"
		   "a",
		   (const uint32_t[]){UTF8_BAD, 'a'}, 2);
	decodes_to("\xc3"
		   "a",
		   (const uint32_t[]){UTF8_BAD, 'a'}, 2);
	decodes_to("\xe2\x82"
		   "a",
		   (const uint32_t[]){UTF8_BAD, 'a'}, 2);
	decodes_to("\xc0\xaf", (const uint32_t[]){UTF8_BAD, UTF8_BAD}, 2);
	decodes_to("\xed\xa0\x80", (const uint32_t[]){UTF8_BAD, UTF8_BAD, UTF8_BAD}, 3);
	decodes_to("\xf4\x90", (const uint32_t[]){UTF8_BAD, UTF8_BAD}, 2);
	decodes_to("\xe2\xe2\x82\xac", (const uint32_t[]){UTF8_BAD, 0x20ac}, 2);
}

TEST(utf8, widths_follow_the_blocks)
{
	EXPECT_EQ(utf8_width('a'), 1);
	EXPECT_EQ(utf8_width(0x2500), 1);
	EXPECT_EQ(utf8_width(0x301), 0);
	EXPECT_EQ(utf8_width(0x4e2d), 2);
	EXPECT_EQ(utf8_width(0x1f600), 2);
	EXPECT_EQ(utf8_width(0x10ffff), 1);
}
