/* SPDX-License-Identifier: 0BSD */
/* kbd.c: tests of lib/kbd. */
#include "kbd/kbd.h"

#include "host/harness.h"

#include <string.h>

static struct kbd kbd;
static enum kbd_wish last_wish;

/* The bytes that come of some codes. */
static const char *codes(const char *text, size_t length, bool app_cursor)
{
	static char bytes[256];
	size_t count = 0;

	last_wish = KBD_NO_WISH;
	for (size_t i = 0; i < length; i++) {
		struct kbd_output out;

		if (!kbd_code(&kbd, (uint8_t)text[i], app_cursor, &out))
			continue;
		memcpy(bytes + count, out.bytes, out.length);
		count += out.length;
		if (out.wish)
			last_wish = out.wish;
	}
	bytes[count] = 0;
	return bytes;
}

#define CODES(text) codes(text, sizeof(text) - 1, false)

TEST(kbd, keys_and_shift_follow_the_layout)
{
	kbd_init(&kbd, &kbd_us, KBD_SET_1);
	EXPECT_STR(CODES("\x1e\x9e\x30\xb0"), "ab");
	EXPECT_STR(CODES("\x2a\x1e\x9e\x02\xaa\x1e"), "A!a");
	EXPECT_STR(CODES("\x36\x28\xb6\x2b\x56"), "\"\\<");
	EXPECT_STR(CODES("\x1c\x0e\x0f\x01\xe0\x1c\xe0\x35"), "\r\177\t\033\r/");
	EXPECT_STR(CODES("\x2a\x0f\xaa"), "\033[Z");
}

TEST(kbd, control_and_alt_change_characters)
{
	kbd_init(&kbd, &kbd_us, KBD_SET_1);
	EXPECT_STR(CODES("\x1d\x2e\x9d\x2e"), "\003c");
	EXPECT_STR(CODES("\xe0\x1d\x2a\x2e\xaa\x1a\x2b\x35\xe0\x9d"), "\003\033\034\037");
	EXPECT_STR(CODES("\x38\x1e\xb8\xe0\x38\x1e\xe0\xb8"), "\033a\033a");
	EXPECT_STR(CODES("\x1d\x38\x1e\xb8\x0e\x9d"), "\033\001\b");
}

TEST(kbd, locks_turn_over_at_a_press)
{
	kbd_init(&kbd, &kbd_us, KBD_SET_1);
	EXPECT_STR(CODES("\x3a\x3a\x3a\xba"), "");
	EXPECT_EQ(last_wish, KBD_LOCKS);
	EXPECT_EQ(kbd.locks, KBD_CAPS);
	EXPECT_EQ(kbd_leds(&kbd), 4);
	EXPECT_STR(CODES("\x1e\x02\x2a\x1e\x02\xaa"), "A1a!");
	CODES("\x3a\xba");
	EXPECT_STR(CODES("\x1e\x47\x52\x4c"), "a\033[H\033[2~\033[E");
	CODES("\x45\xc5");
	EXPECT_STR(CODES("\x47\x52\x53\x4a\x2a\x48\xaa"), "70.-\033[A");
}

TEST(kbd, named_keys_send_sequences)
{
	kbd_init(&kbd, &kbd_us, KBD_SET_1);
	EXPECT_STR(CODES("\xe0\x48\xe0\xc8\xe0\x50\xe0\x4d\xe0\x4b"), "\033[A\033[B\033[C\033[D");
	EXPECT_STR(codes("\xe0\x48\xe0\x47\xe0\x53\x3b", 7, true), "\033OA\033OH\033[3~\033OP");
	EXPECT_STR(CODES("\x3b\x3e\x3f\x44\x57\x58"), "\033OP\033OS\033[15~\033[21~\033[23~\033[24~");
	EXPECT_STR(CODES("\x1d\xe0\x4d\x9d\x2a\x3b\x3f\xaa"), "\033[1;5C\033[1;2P\033[15;2~");
	/* shifts that keyboards pretend around grey keys */
	EXPECT_STR(CODES("\xe0\x2a\xe0\x52\xe0\xd2\xe0\xaa\x1e"), "\033[2~a");
}

TEST(kbd, wishes_are_not_bytes)
{
	kbd_init(&kbd, &kbd_us, KBD_SET_1);
	EXPECT_STR(CODES("\x2a\xe0\x49"), "");
	EXPECT_EQ(last_wish, KBD_LOOK_BACK);
	EXPECT_STR(CODES("\xe0\x51\xaa"), "");
	EXPECT_EQ(last_wish, KBD_LOOK_FORWARD);
	EXPECT_STR(CODES("\x1d\x38\xe0\x53"), "");
	EXPECT_EQ(last_wish, KBD_RESTART);
}

TEST(kbd, set_2_means_the_same)
{
	kbd_init(&kbd, &kbd_us, KBD_SET_2);
	EXPECT_STR(CODES("\x1c\xf0\x1c\x12\x1c\xf0\x12\x32"), "aAb");
	EXPECT_STR(CODES("\xe0\x75\xe0\xf0\x75\x5a\x83\x14\x21\xf0\x14"), "\033[A\r\033[18~\003");
	EXPECT_STR(CODES("\xe1\x14\x77\xe1\xf0\x14\xf0\x77\x1c"), "a"); /* Pause */
	kbd_init(&kbd, &kbd_us, KBD_SET_1);
	EXPECT_STR(CODES("\xe1\x1d\x45\xe1\x9d\xc5\x1e"), "a");
	EXPECT_EQ(kbd.locks, 0);
}

TEST(kbd, lost_codes_release_everything)
{
	kbd_init(&kbd, &kbd_us, KBD_SET_1);
	EXPECT_STR(codes("\x2a\x1d\x00\x1e", 4, false), "a");
}

TEST(kbd, layout_may_have_a_third_level)
{
	static struct kbd_map map;

	map = kbd_us;
	map.altgr = true;
	map.key[0x12][2] = 0x20ac;
	kbd_init(&kbd, &map, KBD_SET_1);
	EXPECT_STR(CODES("\xe0\x38\x12\x1e\xe0\xb8\x12"), "\xe2\x82\xac"
							  "ae");
}

TEST(kbd, any_codes_are_taken)
{
	for (unsigned int set = KBD_SET_1; set <= KBD_SET_2; set++) {
		kbd_init(&kbd, &kbd_us, (enum kbd_set)set);
		for (unsigned int round = 0; round < 200000; round++) {
			struct kbd_output out;

			kbd_code(&kbd, (uint8_t)host_random(), host_random() % 2, &out);
			REQUIRE(out.length <= KBD_BYTES_MAX);
		}
	}
}
