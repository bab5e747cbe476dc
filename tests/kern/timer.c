/* SPDX-License-Identifier: 0BSD */
/* timer.c: timers signal Events, once or periodically. */
#include "lib/kit.h"

#define SELF CAP_SELF_CSPACE

static cap_t endpoint, event, timer;

static void make(void)
{
	endpoint = kit_endpoint();
	event = kit_event_at(endpoint, 3, KIT_PRIORITY);
	timer = kit_make(OBJ_TIMER, 8);
}

static int64_t next(struct os_received *r, uint64_t deadline_ns) { return os_receive(endpoint, r, NULL, deadline_ns); }

TEST(timer, fires_once_at_its_time)
{
	struct os_received r;
	uint64_t at;

	make();
	at = os_in_ns(2 * OS_MS);
	EXPECT_OK(os_timer_set(timer, at, 0, event, 0x8));
	ASSERT_OK(next(&r, DEADLINE_FOREVER));
	EXPECT(os_now_ns() >= at);
	EXPECT_EQ(r.words.w[0], 8);
	EXPECT_ERR(receive, ETIMEDOUT, next(&r, os_in_ns(5 * OS_MS)));
}

TEST(timer, fires_periodically_until_cancelled)
{
	struct os_received r;
	uint64_t start;

	make();
	start = os_now_ns();
	EXPECT_OK(os_timer_set(timer, start + 2 * OS_MS, 2 * OS_MS, event, 1));
	for (unsigned i = 0; i < 5; i++)
		ASSERT_OK(next(&r, DEADLINE_FOREVER));
	EXPECT(os_now_ns() >= start + 10 * OS_MS);
	EXPECT_OK(os_timer_cancel(timer));
	next(&r, DEADLINE_NOW);
	EXPECT_ERR(receive, ETIMEDOUT, next(&r, os_in_ns(8 * OS_MS)));
}

TEST(timer, can_be_set_anew)
{
	struct os_received r;

	make();
	EXPECT_OK(os_timer_set(timer, os_in_ns(100 * OS_S), 0, event, 1));
	EXPECT_OK(os_timer_set(timer, os_in_ns(OS_MS), 0, event, 2));
	ASSERT_OK(next(&r, os_in_ns(KIT_WAIT_NS)));
	EXPECT_EQ(r.words.w[0], 2);
}

TEST(timer, a_time_that_has_passed_fires_at_once)
{
	struct os_received r;

	make();
	EXPECT_OK(os_timer_set(timer, 1, 0, event, 4));
	ASSERT_OK(next(&r, os_in_ns(KIT_WAIT_NS)));
	EXPECT_EQ(r.words.w[0], 4);
}

TEST(timer, set_refuses)
{
	cap_t weak;

	make();
	weak = kit_copy(event, RIGHT_EVENT_SIGNAL);
	EXPECT_ERR(timer_set, EBADF, os_timer_set(timer, os_in_ns(OS_S), 0, kit_slot(), 1));
	EXPECT_ERR(timer_set, EACCES, os_timer_set(timer, os_in_ns(OS_S), 0, weak, 1));
	EXPECT_ERR(timer_set, EINVAL, os_timer_set(timer, os_in_ns(OS_S), 0, event, 0));
	EXPECT_ERR(timer_set, EINVAL, os_timer_set(timer, os_in_ns(OS_S), 1, event, 1));
}

TEST(timer, cancel_refuses_one_that_is_not_set)
{
	make();
	EXPECT_ERR(timer_cancel, ESRCH, os_timer_cancel(timer));
	EXPECT_OK(os_timer_set(timer, os_in_ns(100 * OS_S), 0, event, 1));
	EXPECT_OK(os_timer_cancel(timer));
	EXPECT_ERR(timer_cancel, ESRCH, os_timer_cancel(timer));
}

TEST(timer, goes_silent_with_its_event)
{
	make();
	EXPECT_OK(os_timer_set(timer, os_in_ns(OS_MS), OS_MS, event, 1));
	EXPECT_OK(os_cspace_delete(SELF, event));
	EXPECT_OK(os_sleep(os_in_ns(4 * OS_MS)));
}

TEST(timer, its_end_stops_it)
{
	struct os_received r;
	uint64_t at, ns = 50 * OS_MS;

	/* In time, even on a slow host. */
	do {
		ns *= 2;
		make();
		at = os_in_ns(ns);
		EXPECT_OK(os_timer_set(timer, at, OS_MS, event, 1));
		EXPECT_OK(os_cspace_delete(SELF, timer));
	} while (os_now_ns() >= at && EXPECT(ns < KIT_WAIT_NS));
	EXPECT_ERR(receive, ETIMEDOUT, next(&r, at + 5 * OS_MS));
}

/* All are set before the first goes off; false: the host has kept us from that. */
static bool set_many(uint64_t ns)
{
	cap_t many[24];
	uint64_t start;

	make();
	start = os_in_ns(ns);
	for (unsigned i = 0; i < 24; i++) {
		unsigned place = i * 7 % 24;

		many[i] = kit_make(OBJ_TIMER, 8);
		EXPECT_OK(
		    os_timer_set(many[i], start + place * OS_MS, 0, kit_event_at(endpoint, place, KIT_PRIORITY), 1));
	}
	return os_now_ns() < start;
}

TEST(timer, many_fire_in_the_order_of_their_times)
{
	struct os_received r;

	for (uint64_t ns = 50 * OS_MS; !set_many(ns) && EXPECT(ns < KIT_WAIT_NS); ns *= 2)
		kit_next();
	for (unsigned i = 0; i < 24; i++) {
		ASSERT_OK(next(&r, os_in_ns(KIT_WAIT_NS)));
		EXPECT_EQ(r.cookie, i);
	}
}
