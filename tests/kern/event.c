/* SPDX-License-Identifier: 0BSD */
/* event.c: Events and the pulses that they make. */
#include "lib/kit.h"

#define SELF CAP_SELF_CSPACE

static int64_t next(cap_t endpoint, struct os_received *r) { return os_receive(endpoint, r, NULL, DEADLINE_NOW); }

TEST(event, bits_or_together_until_received)
{
	cap_t endpoint = kit_endpoint();
	cap_t event = kit_event_at(endpoint, 0xfeed, KIT_PRIORITY + 7);
	struct os_received r;

	EXPECT_OK(os_event_signal(event, 1));
	EXPECT_OK(os_event_signal(event, 4));
	EXPECT_OK(os_event_signal(event, 1));
	ASSERT_OK(next(endpoint, &r));
	EXPECT_EQ(INFO_KIND(r.info), MESSAGE_PULSE);
	EXPECT_EQ(INFO_PRIORITY(r.info), KIT_PRIORITY + 7);
	EXPECT_EQ(r.cookie, 0xfeed);
	EXPECT_EQ(r.words.w[0], 5);
	EXPECT_ERR(receive, EAGAIN, next(endpoint, &r));
	EXPECT_OK(os_event_signal(event, 1ull << 63));
	ASSERT_OK(next(endpoint, &r));
	EXPECT_EQ(r.words.w[0], 1ull << 63);
}

static struct os_received got;

static void receive_one(void *arg) { os_receive(*(cap_t *)arg, &got, NULL, DEADLINE_FOREVER); }

TEST(event, a_waiting_receiver_gets_it_at_once)
{
	for (uint32_t cpu = 0; cpu < os_boot->cpu_count; cpu++) {
		cap_t endpoint = kit_endpoint();
		cap_t event = kit_event_at(endpoint, cpu, KIT_PRIORITY);
		struct kit_thread *t = kit_thread_with(&(struct kit_how){.cpu = cpu}, receive_one, &endpoint);

		EXPECT(kit_wait_state(t, THREAD_RECEIVE));
		EXPECT_OK(os_event_signal(event, 0x30));
		EXPECT(kit_join(t));
		EXPECT_EQ(got.words.w[0], 0x30);
		EXPECT_EQ(got.cookie, cpu);
	}
}

TEST(event, a_passive_receiver_runs_on_the_reserve)
{
	cap_t endpoint = kit_endpoint();
	cap_t event = kit_event_at(endpoint, 1, KIT_PRIORITY);
	struct kit_thread *t = kit_thread_with(&(struct kit_how){.serves = endpoint}, receive_one, &endpoint);

	EXPECT(kit_wait_state(t, THREAD_RECEIVE));
	EXPECT_OK(os_event_signal(event, 2));
	EXPECT(kit_join(t));
	EXPECT_EQ(got.words.w[0], 2);
}

TEST(event, the_most_urgent_pulse_comes_first)
{
	cap_t endpoint = kit_endpoint();
	cap_t low = kit_event_at(endpoint, 1, 10), high = kit_event_at(endpoint, 2, 200);
	struct os_received r;

	EXPECT_OK(os_event_signal(low, 1));
	EXPECT_OK(os_event_signal(high, 1));
	ASSERT_OK(next(endpoint, &r));
	EXPECT_EQ(r.cookie, 2);
	ASSERT_OK(next(endpoint, &r));
	EXPECT_EQ(r.cookie, 1);
}

TEST(event, configure_refuses)
{
	cap_t endpoint = kit_endpoint();
	cap_t event = kit_event_at(endpoint, 1, 10);
	cap_t weak = kit_copy(endpoint, RIGHT_ENDPOINT_RECEIVE);

	EXPECT_ERR(event_configure, EBADF, os_event_configure(event, kit_slot(), 1, 1));
	EXPECT_ERR(event_configure, EACCES, os_event_configure(event, weak, 1, 1));
	EXPECT_ERR(event_configure, EINVAL, os_event_configure(event, endpoint, 1, 256));
	EXPECT_OK(os_event_signal(event, 1));
	EXPECT_ERR(event_configure, EBUSY, os_event_configure(event, endpoint, 1, 1));
}

TEST(event, signal_refuses)
{
	EXPECT_ERR(event_signal, EINVAL, os_event_signal(kit_event(), 1));
	EXPECT_ERR(event_signal, EINVAL, os_event_signal(kit_event_at(kit_endpoint(), 1, 1), 0));
}

TEST(event, its_end_takes_a_queued_pulse_along)
{
	cap_t endpoint = kit_endpoint();
	cap_t event = kit_event_at(endpoint, 1, 10);
	struct os_received r;

	EXPECT_OK(os_event_signal(event, 1));
	EXPECT_OK(os_cspace_delete(SELF, event));
	EXPECT_ERR(receive, EAGAIN, next(endpoint, &r));
}

TEST(event, survives_its_endpoint)
{
	cap_t endpoint = kit_endpoint(), other = kit_endpoint();
	cap_t event = kit_event_at(endpoint, 1, 10);
	struct os_received r;

	EXPECT_OK(os_event_signal(event, 1));
	EXPECT_OK(os_cspace_delete(SELF, endpoint));
	EXPECT_ERR(event_signal, EINVAL, os_event_signal(event, 1));
	EXPECT_OK(os_event_configure(event, other, 2, 10));
	EXPECT_OK(os_event_signal(event, 8));
	ASSERT_OK(next(other, &r));
	EXPECT_EQ(r.words.w[0], 8);
}

TEST(event, what_comes_before_it_is_attached_is_lost)
{
	cap_t endpoint = kit_endpoint(), event = kit_event(), timer = kit_make(OBJ_TIMER, 8);
	struct os_received r;

	EXPECT_OK(os_timer_set(timer, 1, 0, event, 2));
	EXPECT_OK(os_sleep(os_in_ns(OS_MS)));
	EXPECT_ERR(timer_cancel, ESRCH, os_timer_cancel(timer));
	EXPECT_OK(os_event_configure(event, endpoint, 1, 10));
	EXPECT_ERR(receive, EAGAIN, next(endpoint, &r));
	EXPECT_OK(os_event_signal(event, 8));
	ASSERT_OK(next(endpoint, &r));
	EXPECT_EQ(r.words.w[0], 8);
}

static void nothing(void *arg) {}

TEST(event, tells_when_a_thread_ends)
{
	cap_t endpoint = kit_endpoint();
	cap_t event = kit_event_at(endpoint, 5, 10);
	struct kit_thread *t = kit_thread_with(&(struct kit_how){.stopped = true}, nothing, NULL);
	struct os_received r;

	EXPECT_OK(os_event_thread(event, t->cap, 0x100, 1));
	EXPECT_OK(kit_thread_go(t));
	EXPECT(kit_join(t));
	ASSERT_OK(next(endpoint, &r));
	EXPECT_EQ(r.cookie, 5);
	EXPECT_EQ(r.words.w[0], 0x100);
}

TEST(event, tells_when_a_thread_is_destroyed)
{
	cap_t endpoint = kit_endpoint();
	cap_t event = kit_event_at(endpoint, 5, 10);
	struct kit_thread *t = kit_thread(receive_one, &endpoint);
	struct os_received r;

	EXPECT(kit_wait_state(t, THREAD_RECEIVE));
	EXPECT_OK(os_event_thread(event, t->cap, 0x100, 1));
	EXPECT_OK(os_cspace_delete(SELF, t->cap));
	ASSERT_OK(next(endpoint, &r));
	EXPECT_EQ(r.words.w[0], 0x100);
}

TEST(event, thread_refuses)
{
	cap_t endpoint = kit_endpoint();
	cap_t event = kit_event_at(endpoint, 5, 10), other = kit_event_at(endpoint, 6, 10);
	cap_t thread = kit_make(OBJ_THREAD, 12);
	cap_t weak = kit_copy(thread, RIGHT_THREAD_QUERY);

	EXPECT_ERR(event_thread, EBADF, os_event_thread(event, kit_slot(), 1, 1));
	EXPECT_ERR(event_thread, EACCES, os_event_thread(event, weak, 1, 1));
	EXPECT_ERR(event_thread, EINVAL, os_event_thread(event, thread, 0, 1));
	EXPECT_OK(os_event_thread(event, thread, 1, 1));
	EXPECT_ERR(event_thread, EBUSY, os_event_thread(other, thread, 1, 1));
	EXPECT_OK(os_event_thread(event, thread, 1, 0));
	EXPECT_OK(os_event_thread(other, thread, 1, 1));
}

static uint32_t leave;

static void receive_and_stay(void *arg)
{
	os_receive(*(cap_t *)arg, &got, NULL, DEADLINE_FOREVER);
	while (!kit_read(&leave))
		os_sleep(os_in_ns(OS_MS));
}

TEST(event, where_nobody_can_receive_a_pulse_lifts_nobody)
{
	cap_t endpoint = kit_endpoint();
	cap_t event = kit_event_at(endpoint, 1, KIT_PRIORITY + 50);
	struct kit_thread *t = kit_thread(receive_and_stay, &endpoint);

	leave = 0;
	EXPECT(kit_wait_state(t, THREAD_RECEIVE));
	kit_copy(endpoint, RIGHT_ENDPOINT_CONNECT);
	EXPECT_OK(os_cspace_delete(SELF, endpoint));
	EXPECT(kit_wait_state(t, THREAD_SLEEP));
	EXPECT_OK(os_event_signal(event, 1));
	EXPECT_EQ(kit_priority(t), KIT_PRIORITY);
	kit_write(&leave, 1);
	EXPECT(kit_join(t));
}
