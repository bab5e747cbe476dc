/* SPDX-License-Identifier: 0BSD */
/* sched_context.c: budgets end and come back, slices take turns, time is counted. */
#include "lib/kit.h"

static uint32_t counter[2], stop;

static void count(void *arg)
{
	uint32_t *mine = arg;

	while (!kit_read(&stop))
		__atomic_add_fetch(mine, 1, __ATOMIC_RELAXED);
}

static struct kit_thread *counting(unsigned which, uint32_t cpu)
{
	struct kit_how how = {.cpu = cpu, .priority = KIT_PRIORITY - 1, .stopped = true};

	stop = counter[which] = 0;
	return kit_thread_with(&how, count, &counter[which]);
}

static uint64_t consumed(cap_t sched)
{
	struct os_words out;

	EXPECT_OK(os_sched_info(sched, &out));
	return out.w[0];
}

/* Waits until NS of SCHED have been used: how fast a processor gets on is up to the host. */
static void wait_consumed(cap_t sched, uint64_t ns)
{
	uint64_t end = os_in_ns(KIT_WAIT_NS);

	while (consumed(sched) < ns && os_now_ns() < end)
		kit_pause();
	EXPECT(consumed(sched) >= ns);
}

static void wait_counts(unsigned which, uint32_t before)
{
	uint64_t end = os_in_ns(KIT_WAIT_NS);

	while (kit_read(&counter[which]) == before && os_now_ns() < end)
		kit_pause();
	EXPECT(kit_read(&counter[which]) != before);
}

TEST(sched_context, info_tells_what_was_configured)
{
	cap_t sched = kit_make(OBJ_SCHED, 9);
	struct os_words out;

	EXPECT_OK(os_sched_info(sched, &out));
	EXPECT_EQ(out.w[0], 0);
	EXPECT_EQ(out.w[1], UINT64_MAX);
	EXPECT_OK(os_sched_configure(sched, 2 * OS_MS, 10 * OS_MS, OS_MS, 4));
	EXPECT_OK(os_sched_info(sched, &out));
	EXPECT_EQ(out.w[1], 2 * OS_MS);
	EXPECT_EQ(out.w[2], 2 * OS_MS);
	EXPECT_EQ(out.w[3], 10 * OS_MS);
	EXPECT_EQ(out.w[4], OS_MS);
}

TEST(sched_context, configure_refuses)
{
	cap_t sched = kit_make(OBJ_SCHED, 9);

	EXPECT_ERR(sched_configure, EINVAL, os_sched_configure(sched, 2 * OS_MS, OS_MS, 0, 0));
	EXPECT_ERR(sched_configure, EINVAL, os_sched_configure(sched, OS_MS, 0, 0, 0));
	EXPECT_ERR(sched_configure, EINVAL, os_sched_configure(sched, 1, OS_MS, 0, 0));
	EXPECT_ERR(sched_configure, EINVAL, os_sched_configure(sched, OS_MS, OS_MS, 0, 9));
	EXPECT_ERR(sched_configure, EINVAL, os_sched_configure(sched, 0, 0, 1, 0));
}

/* The runner counts one CPU's time in instructions (tests/run), so this is exact: 2 ms in each of five
 * periods, and what the interrupts at their ends take. On several CPUs the host may stop one while its
 * time goes on: there only the least is sure. */
TEST(sched_context, budget_limits_what_a_thread_gets)
{
	struct kit_thread *t = counting(0, 0);
	uint64_t used;

	EXPECT_OK(os_sched_configure(t->sched, 2 * OS_MS, 20 * OS_MS, 0, 0));
	EXPECT_OK(kit_thread_go(t));
	EXPECT_OK(os_sleep(os_in_ns(99 * OS_MS)));
	used = consumed(t->sched);
	wait_counts(0, 0);
	wait_consumed(t->sched, 4 * OS_MS);
	if (os_boot->cpu_count == 1)
		EXPECT(used >= 10 * OS_MS && used <= 10 * OS_MS + 100 * OS_US);
	kit_write(&stop, 1);
	EXPECT(kit_join(t));
}

TEST(sched_context, configuring_anew_ends_starvation)
{
	struct kit_thread *t = counting(0, 0);
	uint32_t before;

	EXPECT_OK(os_sched_configure(t->sched, OS_MS, 1000 * OS_S, 0, 0));
	EXPECT_OK(kit_thread_go(t));
	wait_consumed(t->sched, OS_MS);
	EXPECT_OK(os_sleep(os_in_ns(20 * OS_MS)));
	before = kit_read(&counter[0]);
	EXPECT_OK(os_sleep(os_in_ns(20 * OS_MS)));
	EXPECT_EQ(kit_read(&counter[0]), before);
	EXPECT_OK(os_sched_configure(t->sched, 0, 0, 0, 0));
	wait_counts(0, before);
	kit_write(&stop, 1);
	EXPECT(kit_join(t));
}

TEST(sched_context, without_a_slice_a_thread_keeps_the_processor)
{
	struct kit_thread *a = counting(0, 0), *b = counting(1, 0);

	EXPECT_OK(kit_thread_go(a));
	EXPECT_OK(os_sleep(os_in_ns(5 * OS_MS)));
	EXPECT_OK(kit_thread_go(b));
	EXPECT_OK(os_sleep(os_in_ns(30 * OS_MS)));
	wait_counts(0, 0);
	EXPECT_EQ(kit_read(&counter[1]), 0);
	kit_write(&stop, 1);
	EXPECT(kit_join(a));
	EXPECT(kit_join(b));
}

TEST(sched_context, slices_take_turns)
{
	struct kit_thread *a = counting(0, 0), *b = counting(1, 0);
	uint32_t before;

	EXPECT_OK(os_sched_configure(a->sched, 0, 0, OS_MS, 0));
	EXPECT_OK(os_sched_configure(b->sched, 0, 0, OS_MS, 0));
	EXPECT_OK(kit_thread_go(a));
	EXPECT_OK(kit_thread_go(b));
	for (unsigned i = 0; i < 2; i++) {
		before = kit_read(&counter[i]);
		for (unsigned wait = 0; wait < 100 && kit_read(&counter[i]) == before; wait++)
			EXPECT_OK(os_sleep(os_in_ns(30 * OS_MS)));
		EXPECT(kit_read(&counter[i]) != before);
	}
	kit_write(&stop, 1);
	EXPECT(kit_join(a));
	EXPECT(kit_join(b));
}

TEST(sched_context, a_thread_whose_time_is_destroyed_stops)
{
	struct kit_thread *t = counting(0, 0);
	uint32_t before;

	EXPECT_OK(os_sched_configure(t->sched, 5 * OS_MS, 10 * OS_MS, OS_MS, 0));
	EXPECT_OK(kit_thread_go(t));
	EXPECT_OK(os_sleep(os_in_ns(20 * OS_MS)));
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, t->sched));
	before = kit_read(&counter[0]);
	EXPECT_OK(os_sleep(os_in_ns(20 * OS_MS)));
	EXPECT_EQ(kit_read(&counter[0]), before);
}

TEST(sched_context, a_passive_server_is_charged_to_its_client)
{
	struct os_words words;
	cap_t endpoint = 0, connection;
	struct os_words out;
	uint64_t before;

	kit_echo_server(&endpoint, false, true);
	connection = kit_connect(endpoint, 1);
	EXPECT_OK(os_thread_info(CAP_SELF_THREAD, &out));
	before = out.w[THREAD_INFO_TIME_NS];
	for (unsigned i = 0; i < 50; i++)
		EXPECT_OK(kit_send(connection, i, 0, &words));
	EXPECT_OK(os_thread_info(CAP_SELF_THREAD, &out));
	EXPECT(out.w[THREAD_INFO_TIME_NS] > before);
}
