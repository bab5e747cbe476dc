/* SPDX-License-Identifier: 0BSD */
/* ldisc.c - tests of lib/ldisc: what is typed, what is read, what the line shows. */
#include "ldisc/ldisc.h"

#include "host/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND 1000000000ull

static struct ldisc ld;
static char shown[8192];

static void begin(uint32_t lflag_off, uint32_t lflag_on)
{
	struct proto_termios tio;

	ldisc_init(&ld);
	tio = ld.tio;
	tio.c_lflag = (tio.c_lflag & ~lflag_off) | lflag_on;
	ldisc_set_termios(&ld, &tio);
	ldisc_events(&ld);
}

static void begin_raw(unsigned int min, unsigned int time)
{
	struct proto_termios tio;

	begin(ICANON | ECHO | ISIG, 0);
	tio = ld.tio;
	tio.c_iflag = 0;
	tio.c_cc[VMIN] = (uint8_t)min;
	tio.c_cc[VTIME] = (uint8_t)time;
	ldisc_set_termios(&ld, &tio);
	ldisc_events(&ld);
}

static void input_flags(uint32_t off, uint32_t on)
{
	struct proto_termios tio = ld.tio;

	tio.c_iflag = (tio.c_iflag & ~off) | on;
	ldisc_set_termios(&ld, &tio);
}

static void output_flags(uint32_t on)
{
	struct proto_termios tio = ld.tio;

	tio.c_oflag = on;
	ldisc_set_termios(&ld, &tio);
}

static void type(const char *text) { ldisc_input(&ld, text, strlen(text), 0); }

/* Everything that was sent to the line since the last time. */
static const char *line_shows(void)
{
	size_t length = ldisc_output(&ld, shown, sizeof(shown) - 1);

	shown[length] = 0;
	return shown;
}

/* One read that does not wait; "(wait)" when it would, "" at an end of file. */
static const char *got(size_t size)
{
	static char buffer[8192];
	struct ldisc_when when = {0};
	int64_t length = ldisc_read(&ld, buffer, size, &when, false);

	if (length < 0)
		return "(wait)";
	EXPECT((size_t)length <= size);
	buffer[length] = 0;
	return buffer;
}

TEST(ldisc, line_is_read_when_it_is_complete)
{
	begin(0, 0);
	type("hel");
	EXPECT_STR(got(100), "(wait)");
	EXPECT(!ldisc_readable(&ld));
	EXPECT_EQ(ldisc_available(&ld), 0);
	EXPECT_EQ(ldisc_events(&ld), LDISC_SEND);
	type("lo\rnext");
	EXPECT_EQ(ldisc_events(&ld), LDISC_READ | LDISC_SEND);
	EXPECT(ldisc_readable(&ld));
	EXPECT_EQ(ldisc_available(&ld), 6);
	EXPECT_STR(line_shows(), "hello\r\nnext");
	EXPECT_STR(got(4), "hell");
	EXPECT_STR(got(100), "o\n");
	EXPECT_STR(got(100), "(wait)");
	type("\n\n");
	EXPECT_STR(got(100), "next\n");
	EXPECT_STR(got(100), "\n");
}

TEST(ldisc, eof_ends_a_read_without_a_byte)
{
	begin(0, 0);
	type("ab\004");
	EXPECT_EQ(ldisc_available(&ld), 2);
	EXPECT_STR(got(100), "ab");
	EXPECT_STR(got(100), "(wait)");
	type("\004");
	EXPECT_STR(got(100), "");
	EXPECT_STR(got(100), "(wait)");
	type("cd\004e\n");
	EXPECT_STR(got(2), "cd"); /* and its end with it */
	EXPECT_STR(got(100), "e\n");
	EXPECT_STR(line_shows(), "abcde\r\n");
}

TEST(ldisc, eol_characters_end_lines)
{
	struct proto_termios tio;

	begin(0, 0);
	tio = ld.tio;
	tio.c_cc[VEOL] = ';';
	tio.c_cc[VEOL2] = ',';
	ldisc_set_termios(&ld, &tio);
	type("a;b,c");
	EXPECT_STR(got(100), "a;");
	EXPECT_STR(got(100), "b,");
	EXPECT_STR(got(100), "(wait)");
	EXPECT_STR(line_shows(), "a;b,c");
}

TEST(ldisc, erase_takes_a_character_and_its_columns)
{
	begin(0, 0);
	type("a\xc3\xa9\177x\n");
	EXPECT_STR(line_shows(), "a\xc3\xa9\b \bx\r\n");
	EXPECT_STR(got(100), "ax\n");
	type("\xe4\xb8\xad\177\177y\n"); /* wide; nothing left for the second */
	EXPECT_STR(line_shows(), "\xe4\xb8\xad\b \b\b \by\r\n");
	EXPECT_STR(got(100), "y\n");
	type("\001\177");
	EXPECT_STR(line_shows(), "^A\b \b\b \b");
	type("ab\t\177");
	EXPECT_STR(line_shows(), "ab\t\b \b\b \b\b \b\b \b\b \b\b \b");
	type("\n");
	EXPECT_STR(got(100), "ab\n");
	input_flags(IUTF8, 0);
	type("\xc3\xa9\177\n");
	EXPECT_STR(got(100), "\xc3\n");
}

TEST(ldisc, tab_is_erased_behind_a_prompt)
{
	begin(0, 0);
	ldisc_write(&ld, "123456", 6);
	line_shows();
	type("\t\177");
	EXPECT_STR(line_shows(), "\t\b \b\b \b");
}

TEST(ldisc, word_and_line_are_erased)
{
	begin(0, 0);
	type("ab cd  \027");
	EXPECT_STR(line_shows(), "ab cd  \b \b\b \b\b \b\b \b");
	type("\025ef\n");
	EXPECT_STR(line_shows(), "\b \b\b \b\b \bef\r\n");
	EXPECT_STR(got(100), "ef\n");
	begin(ECHOKE, 0);
	type("ab\025c\n");
	EXPECT_STR(line_shows(), "ab^U\r\nc\r\n");
	EXPECT_STR(got(100), "c\n");
	begin(ECHOE, 0);
	type("ab\177\n");
	EXPECT_STR(line_shows(), "ab^?\r\n");
	EXPECT_STR(got(100), "a\n");
}

TEST(ldisc, echoprt_prints_what_is_rubbed_out)
{
	begin(ECHOE, ECHOPRT);
	type("abc\177\177d\n");
	EXPECT_STR(line_shows(), "abc\\cb/d\r\n");
	EXPECT_STR(got(100), "ad\n");
}

TEST(ldisc, without_echo_only_echonl_shows)
{
	begin(ECHO, 0);
	type("ab\177c\n");
	EXPECT_STR(line_shows(), "");
	EXPECT_STR(got(100), "ac\n");
	begin(ECHO, ECHONL);
	type("ab\n");
	EXPECT_STR(line_shows(), "\r\n");
	begin(ECHOCTL, 0);
	type("\001\n");
	EXPECT_STR(line_shows(), "\001\r\n");
}

TEST(ldisc, lnext_takes_the_next_byte_as_it_is)
{
	begin(0, 0);
	type("\026\003\026\n\026\177\n");
	EXPECT_EQ(ldisc_events(&ld), LDISC_READ | LDISC_SEND);
	EXPECT_STR(line_shows(), "^\b^C^\b^J^\b^?\r\n");
	EXPECT_STR(got(100), "\003\n\177\n");
	begin(IEXTEN, 0);
	type("\026\n");
	EXPECT_STR(got(100), "\026\n");
}

TEST(ldisc, reprint_shows_the_line_again)
{
	begin(0, 0);
	type("ab\t");
	line_shows();
	type("\022");
	EXPECT_STR(line_shows(), "^R\r\nab\t");
	type("\n");
	EXPECT_STR(got(100), "ab\t\n");
}

TEST(ldisc, signals_flush_unless_told_not_to)
{
	begin(0, 0);
	ldisc_write(&ld, "out", 3);
	type("ab\ncd\003");
	EXPECT_EQ(ldisc_events(&ld) & 7, LDISC_INTR);
	EXPECT_STR(line_shows(), "^C");
	EXPECT_STR(got(100), "(wait)");
	type("\034\032");
	EXPECT_EQ(ldisc_events(&ld) & 7, LDISC_QUIT | LDISC_SUSP);
	begin(0, NOFLSH);
	type("ab\003c\n");
	EXPECT_EQ(ldisc_events(&ld) & 7, LDISC_INTR);
	EXPECT_STR(got(100), "abc\n");
	begin(ISIG, 0);
	type("\003\n");
	EXPECT_EQ(ldisc_events(&ld) & 7, 0);
	EXPECT_STR(got(100), "\003\n");
}

TEST(ldisc, disabled_characters_are_ordinary)
{
	struct proto_termios tio;

	begin(0, 0);
	tio = ld.tio;
	memset(tio.c_cc, LDISC_DISABLED, sizeof(tio.c_cc));
	ldisc_set_termios(&ld, &tio);
	ldisc_input(&ld, "\0\003\177\004\n", 5, 0);
	EXPECT_EQ(ldisc_events(&ld) & 7, 0);
	EXPECT_EQ(ldisc_available(&ld), 5);
}

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

TEST(ldisc, min_bytes_are_waited_for)
{
	begin_raw(3, 0);
	type("ab");
	EXPECT_STR(got(100), "(wait)");
	EXPECT(!ldisc_readable(&ld));
	EXPECT_STR(got(2), "ab");
	type("abcd");
	EXPECT(ldisc_readable(&ld));
	EXPECT_STR(got(100), "abcd");
	begin_raw(0, 0);
	EXPECT_STR(got(100), "");
	type("a");
	EXPECT_STR(got(100), "a");
}

/* A read from `start` on, asked at `now`: what it answers, and until when it waits. */
static int64_t timed(uint64_t start, uint64_t now, bool nonblock, uint64_t wake)
{
	char buffer[16];
	struct ldisc_when when = {.start_ns = start, .now_ns = now};
	int64_t count = ldisc_read(&ld, buffer, sizeof(buffer), &when, nonblock);

	if (count < 0)
		EXPECT_EQ(when.wake_ns, wake);
	return count;
}

TEST(ldisc, time_runs_between_bytes_when_there_is_a_min)
{
	begin_raw(3, 10);
	EXPECT_EQ(timed(5, 10 * SECOND, false, UINT64_MAX), LDISC_WAIT);
	ldisc_input(&ld, "a", 1, 20 * SECOND);
	EXPECT_EQ(timed(5, 20 * SECOND, false, 21 * SECOND), LDISC_WAIT);
	ldisc_input(&ld, "b", 1, 20 * SECOND + 5);
	EXPECT_EQ(timed(5, 21 * SECOND, false, 21 * SECOND + 5), LDISC_WAIT);
	/* bytes that were there before the read count from its beginning */
	EXPECT_EQ(timed(30 * SECOND, 30 * SECOND, false, 31 * SECOND), LDISC_WAIT);
	EXPECT_EQ(timed(30 * SECOND, 31 * SECOND, false, 0), 2);
	ldisc_input(&ld, "c", 1, 40 * SECOND);
	EXPECT_EQ(timed(40 * SECOND, 40 * SECOND, true, 0), 1);
}

TEST(ldisc, time_limits_the_read_when_there_is_no_min)
{
	begin_raw(0, 10);
	EXPECT_EQ(timed(SECOND, SECOND, false, 2 * SECOND), LDISC_WAIT);
	EXPECT_EQ(timed(SECOND, SECOND, true, 2 * SECOND), LDISC_WAIT);
	EXPECT_EQ(timed(SECOND, 2 * SECOND, false, 0), 0);
	type("a");
	EXPECT(ldisc_readable(&ld));
	EXPECT_EQ(timed(SECOND, SECOND, false, 0), 1);
}

TEST(ldisc, input_is_kept_when_lines_come_and_go)
{
	struct proto_termios canonical, raw;

	begin_raw(1, 0);
	raw = ld.tio;
	canonical = raw;
	canonical.c_lflag |= ICANON;
	type("ab");
	ldisc_set_termios(&ld, &canonical);
	EXPECT_STR(got(100), "ab");
	EXPECT_STR(got(100), "(wait)");
	type("cd\004ef");
	ldisc_set_termios(&ld, &raw);
	EXPECT_EQ(ldisc_available(&ld), 4);
	EXPECT_STR(got(100), "cdef");
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
