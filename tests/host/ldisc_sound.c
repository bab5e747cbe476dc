/* SPDX-License-Identifier: 0BSD */
/* ldisc_sound.c: tests of lib/ldisc: anything at all leaves it sound, and what a restarted server finds of it. */
#include "host/ldisc_line.h"

#include "host/harness.h"

#include <string.h>

/* Other attributes, most of them random. */
static void random_attributes(void)
{
	struct proto_termios tio = ld.tio;

	tio.c_iflag = (uint32_t)host_random();
	tio.c_oflag = (uint32_t)host_random();
	tio.c_lflag = (uint32_t)host_random();
	for (unsigned int i = 0; i < NCCS; i++)
		if (host_random() % 4 == 0)
			tio.c_cc[i] = (uint8_t)(host_random() % 40);
	ldisc_set_termios(&ld, &tio);
}

static void random_step(void)
{
	char bytes[256];
	struct ldisc_when when = {.start_ns = host_random() % 1000, .now_ns = host_random() % 1000};
	size_t length = host_random() % sizeof(bytes);

	for (size_t i = 0; i < length; i++)
		bytes[i] = (char)(host_random() % 3 ? 'a' + host_random() % 26 : host_random());
	switch (host_random() % 8) {
	case 0:
		random_attributes();
		break;
	case 1:
		ldisc_flush(&ld, (int)(host_random() % 4));
		ldisc_flow(&ld, (int)(host_random() % 5));
		break;
	case 2:
		ldisc_read(&ld, bytes, length, &when, host_random() % 2);
		break;
	case 3:
		ldisc_output(&ld, bytes, length);
		break;
	case 4:
		ldisc_write(&ld, bytes, length);
		break;
	case 5:
		ldisc_input_error(&ld, (enum ldisc_error)(host_random() % 3), (uint8_t)bytes[0], 5);
		break;
	default:
		ldisc_input(&ld, bytes, length, host_random() % 1000);
	}
}

TEST(ldisc, any_bytes_and_attributes_leave_it_sound)
{
	ldisc_init(&ld);
	for (unsigned int round = 0; round < 200000; round++) {
		random_step();
		REQUIRE(ld.in_tail - ld.in_head <= LDISC_QUEUE);
		REQUIRE(ld.out_tail - ld.out_head <= LDISC_STAGE);
		if (ld.tio.c_lflag & ICANON)
			REQUIRE(ld.line - ld.in_head <= ld.in_tail - ld.in_head);
		REQUIRE(ldisc_available(&ld) <= ld.in_tail - ld.in_head);
		REQUIRE(ldisc_is_sound(&ld));
		if (round % 4096 == 0) /* counters may wrap */
			ld.out_head = ld.out_tail = 0u - 4096;
	}
}

TEST(ldisc, what_was_read_written_or_sent_can_be_taken_back)
{
	struct ldisc_when when = {0};
	struct ldisc_mark mark;
	char bytes[32] = "";

	begin(ECHO, 0);
	type("one\ntwo\n");
	mark = ldisc_mark(&ld);
	EXPECT_EQ(ldisc_read(&ld, bytes, sizeof(bytes), &when, false), 4);
	ldisc_unread(&ld, &mark);
	EXPECT_EQ(ldisc_read(&ld, bytes, sizeof(bytes), &when, false), 4);
	EXPECT(memcmp(bytes, "one\n", 4) == 0);
	mark = ldisc_mark(&ld);
	EXPECT_EQ(ldisc_write(&ld, "lost", 4), 4);
	ldisc_unwrite(&ld, &mark);
	EXPECT_EQ(ldisc_write(&ld, "kept", 4), 4);
	mark = ldisc_mark(&ld);
	EXPECT_EQ(ldisc_output(&ld, bytes, 3), 3);
	ldisc_unsend(&ld, &mark);
	EXPECT_EQ(ldisc_output(&ld, bytes, sizeof(bytes)), 4);
	EXPECT(memcmp(bytes, "kept", 4) == 0);
}

TEST(ldisc, counters_that_do_not_fit_are_found)
{
	begin(0, 0);
	EXPECT(ldisc_is_sound(&ld));
	ld.in_tail = ld.in_head - 1;
	EXPECT(!ldisc_is_sound(&ld));
	begin(0, 0);
	ld.line = ld.in_tail + 1;
	EXPECT(!ldisc_is_sound(&ld));
	begin(0, 0);
	ld.out_tail = ld.out_head + LDISC_STAGE + 1;
	EXPECT(!ldisc_is_sound(&ld));
}
