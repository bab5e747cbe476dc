/* SPDX-License-Identifier: 0BSD */
/* ldisc_modes.c: tests of lib/ldisc: input and output modes, flow control, full queues, errors of the line. */
#include "host/ldisc_line.h"

#include "host/harness.h"

#include <stdlib.h>
#include <string.h>

TEST(ldisc, input_modes_change_line_ends_and_case)
{
	begin(0, 0);
	input_flags(ICRNL, INLCR | IGNCR);
	type("a\rb\n\004");
	EXPECT_STR(got(100), "ab\r");
	input_flags(INLCR | IGNCR, ISTRIP | IUCLC);
	type("\xc1"
	     "BC\n");
	EXPECT_STR(got(100), "abc\n");
}

TEST(ldisc, output_modes_change_line_ends_and_tabs)
{
	begin(0, 0);
	output_flags(OPOST | OCRNL | ONOCR);
	ldisc_write(&ld, "\ra\rb", 4);
	EXPECT_STR(line_shows(), "a\nb");
	begin(0, 0);
	output_flags(OPOST | ONLRET | OLCUC);
	ldisc_write(&ld, "ab\n\tc", 5);
	EXPECT_STR(line_shows(), "AB\n\tC");
	begin(0, 0);
	output_flags(OPOST | TAB3);
	ldisc_write(&ld, "\xc3\xa9\tb\b\t", 6);
	EXPECT_STR(line_shows(), "\xc3\xa9       b\b        ");
	output_flags(0);
	ldisc_write(&ld, "\n\t", 2);
	EXPECT_STR(line_shows(), "\n\t");
}

TEST(ldisc, stop_holds_output_and_start_lets_it_go)
{
	begin(0, 0);
	type("\023");
	EXPECT_EQ(ldisc_write(&ld, "held", 4), 4);
	EXPECT_STR(line_shows(), "");
	EXPECT(!ldisc_sending(&ld));
	EXPECT_EQ(ldisc_pending(&ld), 4);
	type("\021");
	EXPECT_EQ(ldisc_events(&ld), LDISC_ROOM | LDISC_SEND);
	EXPECT_STR(line_shows(), "held");
	EXPECT_EQ(ldisc_pending(&ld), 0);
	input_flags(0, IXANY);
	type("\023x");
	EXPECT_STR(line_shows(), "x");
	input_flags(IXON, 0);
	type("\023\n");
	EXPECT_STR(got(100), "x\023\n");
}

TEST(ldisc, flow_and_flush_do_what_they_are_asked)
{
	begin(0, 0);
	EXPECT(ldisc_flow(&ld, TCOOFF));
	ldisc_write(&ld, "x", 1);
	EXPECT(ldisc_flow(&ld, TCIOFF));
	EXPECT_STR(line_shows(), "\023"); /* a STOP goes out even so */
	EXPECT(ldisc_flow(&ld, TCOON));
	EXPECT(ldisc_flow(&ld, TCION));
	EXPECT_STR(line_shows(), "\021x");
	EXPECT(!ldisc_flow(&ld, 99));
	type("a\nb");
	EXPECT(ldisc_flush(&ld, TCIFLUSH));
	EXPECT_STR(got(100), "(wait)");
	EXPECT_STR(line_shows(), "a\r\nb");
	ldisc_write(&ld, "x", 1);
	EXPECT(ldisc_flush(&ld, TCOFLUSH));
	EXPECT_EQ(ldisc_pending(&ld), 0);
	EXPECT(!ldisc_flush(&ld, 99));
}

TEST(ldisc, ixoff_stops_the_sender_before_the_queue_is_full)
{
	char many[3100];

	begin_raw(1, 0);
	input_flags(0, IXOFF);
	memset(many, 'x', sizeof(many));
	ldisc_input(&ld, many, sizeof(many), 0);
	EXPECT_STR(line_shows(), "\023");
	got(2000);
	EXPECT_STR(line_shows(), "");
	got(200);
	EXPECT_STR(line_shows(), "\021");
}

TEST(ldisc, full_queue_keeps_room_for_the_end_of_the_line)
{
	char *many = malloc(5000);

	begin(ECHO, 0);
	input_flags(0, IMAXBEL);
	memset(many, 'x', 5000);
	ldisc_input(&ld, many, 4095, 0);
	EXPECT_EQ(ldisc_room(&ld), 1);
	EXPECT_STR(line_shows(), "");
	ldisc_input(&ld, many, 1, 0);
	EXPECT_STR(line_shows(), "\a");
	type("\n");
	EXPECT_EQ(ldisc_room(&ld), 0);
	type("y\n");
	EXPECT_STR(line_shows(), "\a\a");
	EXPECT_EQ(strlen(got(8000)), LDISC_QUEUE);
	EXPECT_STR(got(8000), "(wait)");
	free(many);
}

TEST(ldisc, writes_leave_room_for_the_echo)
{
	char many[5000];

	begin(0, 0);
	memset(many, '\n', sizeof(many));
	size_t room = ldisc_write_room(&ld);

	EXPECT(room > 0 && ldisc_write(&ld, many, room) == room);
	EXPECT(ldisc_write(&ld, many, sizeof(many)) < sizeof(many));
	EXPECT_EQ(ldisc_write(&ld, many, 1), 0);
	type("echo");
	EXPECT(strstr(line_shows(), "\necho") != NULL);
}

TEST(ldisc, errors_are_marked_or_dropped_or_zero)
{
	static const char marked[] = "\377\0x\377\0\0\377\377";
	char buffer[16];
	struct ldisc_when when = {0};

	begin_raw(1, 0);
	input_flags(0, PARMRK | INPCK);
	ldisc_input_error(&ld, LDISC_PARITY, 'x', 0);
	ldisc_input_error(&ld, LDISC_BREAK, 0, 0);
	ldisc_input(&ld, "\377", 1, 0);
	EXPECT_EQ(ldisc_read(&ld, buffer, 16, &when, false), 8);
	EXPECT(memcmp(buffer, marked, 8) == 0);
	input_flags(PARMRK, IGNPAR | IGNBRK);
	ldisc_input_error(&ld, LDISC_FRAMING, 'x', 0);
	ldisc_input_error(&ld, LDISC_BREAK, 0, 0);
	EXPECT_EQ(ldisc_available(&ld), 0);
	input_flags(IGNPAR | IGNBRK | INPCK, 0);
	ldisc_input_error(&ld, LDISC_PARITY, 'x', 0);
	ldisc_input_error(&ld, LDISC_FRAMING, 'y', 0);
	EXPECT_EQ(ldisc_read(&ld, buffer, 16, &when, false), 2);
	EXPECT(memcmp(buffer, "x\0", 2) == 0);
	input_flags(0, BRKINT);
	ldisc_input_error(&ld, LDISC_BREAK, 0, 0);
	EXPECT_EQ(ldisc_events(&ld) & 7, LDISC_INTR);
}
