/* SPDX-License-Identifier: 0BSD */
/* ldisc_read.c: tests of lib/ldisc: MIN and TIME, and input over a change of mode. */
#include "host/ldisc_line.h"

#include "host/harness.h"

#define SECOND 1000000000ull

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
