/* SPDX-License-Identifier: 0BSD */
/* states.c: the state machine of a waiting thread as a table: every state with everything that can
 * end it.
 *
 * A row is how a thread gets into a state and what its call answers then. Columns are what happens
 * to it: its deadline, its kill, the death of the endpoint, the revocation of its memory,
 * interruption, and a suspend during which the wait ends by itself.
 */
#include "lib/kit.h"

#define SELF  CAP_SELF_CSPACE
#define NEVER 0x7fffffff /* has no such end */
#define SOON  (10 * OS_MS)
#define LONG  (100 * OS_S)

static cap_t memory, endpoint, connection;
static struct os_received taken;
static uint32_t word;
static uint64_t deadline;
static int64_t answer;
static struct divert_area area;

static void send(void *arg) { answer = kit_send_until(connection, 1, deadline, 0); }

static void receive(void *arg)
{
	struct os_received r;

	answer = os_receive(endpoint, &r, NULL, deadline);
	if (answer > 0)
		answer = 0;
}

static void fault(void *arg) { answer = *(volatile uint8_t *)KIT_VA; }

static void wait_sync(void *arg) { answer = os_sync_wait((uint64_t)&word, 0, deadline, 0); }

static void sleep(void *arg) { answer = os_sleep(deadline); }

static bool take(void) { return os_receive(endpoint, &taken, NULL, deadline) >= 0; }

static bool nothing(void) { return true; }

/* How the wait of each state ends well. */
static void serve(void)
{
	EXPECT(take());
	EXPECT_OK(kit_reply(endpoint, taken.id, 0, 0));
}

static void answer_it(void) { EXPECT_OK(kit_reply(endpoint, taken.id, 0, 0)); }

static void pulse(void) { EXPECT_OK(os_event_signal(kit_event_at(endpoint, 1, KIT_PRIORITY), 1)); }

static void bring_page(void)
{
	EXPECT(take());
	kit_map(KIT_VA, 12);
	EXPECT_OK(kit_reply(endpoint, taken.id, 0, 0));
}

static void wake(void) { EXPECT_EQ(os_sync_wake((uint64_t)&word, 1, 0), 1); }

static void wait_until_deadline(void) { os_sleep(deadline + OS_MS); }

static const struct row {
	const char *name;
	void (*run)(void *arg);
	bool (*enter)(void);  /* what we do to bring it there */
	void (*finish)(void); /* ends the wait well */
	enum thread_state state;
	int timed_out, dead, interrupted; /* what the call answers, negated */
} rows[] = {
    {"send", send, nothing, serve, THREAD_SEND, ETIMEDOUT, ESRVDEAD, EINTR},
    {"reply", send, take, answer_it, THREAD_REPLY, ETIMEDOUT, ESRVDEAD, EINTR},
    {"receive", receive, nothing, pulse, THREAD_RECEIVE, ETIMEDOUT, ESRVDEAD, EINTR},
    {"fault", fault, nothing, bring_page, THREAD_FAULT, NEVER, NEVER, NEVER},
    {"sync", wait_sync, nothing, wake, THREAD_SYNC, ETIMEDOUT, NEVER, EINTR},
    {"sleep", sleep, nothing, wait_until_deadline, THREAD_SLEEP, 0, NEVER, EINTR},
};

static void on_divert(uint64_t bits, struct divert_area *a) { os_thread_undivert(); }

/* A thread in the state of ROW, on CPU, or NULL when its deadline has passed before. */
static struct kit_thread *try_to_enter(const struct row *row, uint32_t cpu, uint64_t until)
{
	struct kit_how how = {.cpu = cpu, .stopped = true};
	struct kit_thread *t;
	struct os_words out;

	memory = kit_make(OBJ_UNTYPED, 14);
	endpoint = kit_slot();
	connection = kit_slot();
	answer = NEVER;
	deadline = until;
	area.busy = 0;
	EXPECT_OK(os_untyped_retype(memory, OBJ_ENDPOINT, 10, 1, SELF, endpoint));
	EXPECT_OK(os_endpoint_feed(endpoint, kit_make(OBJ_UNTYPED, 12)));
	EXPECT_OK(os_connect(endpoint, 1, connection, connection, 0, &out));
	how.fault = connection;
	t = kit_thread_with(&how, row->run, NULL);
	EXPECT_OK(os_thread_set_divert(t->cap, (uint64_t)on_divert, (uint64_t)&area));
	EXPECT_OK(kit_thread_go(t));
	return row->enter() && kit_reaches(t, row->state) ? t : NULL;
}

/* The same, with a deadline in NS, or more when the host has kept us from getting there in time. */
static struct kit_thread *enter(const struct row *row, uint32_t cpu, uint64_t ns)
{
	struct kit_thread *t;

	while (!(t = try_to_enter(row, cpu, os_in_ns(ns))) && ns < LONG) {
		kit_next();
		ns *= 2;
	}
	EXPECT(t);
	return t;
}

static void expect_answer(const struct row *row, const char *what, struct kit_thread *t, int want)
{
	bool ok = kit_join(t) && answer == -want;

	if (!EXPECT(ok))
		os_printf("state %s, %s: the call answered %ld\n", row->name, what, answer);
}

#define FOR_EACH_ROW(row, cpu)                                                                                         \
	for (uint32_t cpu = 0; cpu < os_boot->cpu_count; cpu++)                                                        \
		for (const struct row *row = rows; row < rows + sizeof(rows) / sizeof(rows[0]); row++)

TEST(states, deadline)
{
	FOR_EACH_ROW(row, cpu)
	{
		if (row->timed_out != NEVER)
			expect_answer(row, "deadline", enter(row, cpu, SOON), row->timed_out);
		kit_next();
	}
}

TEST(states, kill)
{
	FOR_EACH_ROW(row, cpu)
	{
		struct kit_thread *t = enter(row, cpu, LONG);

		EXPECT_OK(os_cspace_delete(SELF, t->cap));
		EXPECT_ERR(receive, EAGAIN, os_receive(endpoint, &taken, NULL, DEADLINE_NOW));
		EXPECT_ERR(reply, ESRCH, kit_reply(endpoint, 0, 0, 0));
		EXPECT_EQ(os_sync_wake((uint64_t)&word, 1, 0), 0);
		kit_next();
	}
}

TEST(states, endpoint_death)
{
	FOR_EACH_ROW(row, cpu)
	{
		struct kit_thread *t = enter(row, cpu, LONG);

		EXPECT_OK(os_cspace_delete(SELF, endpoint));
		if (row->dead != NEVER)
			expect_answer(row, "endpoint's death", t, row->dead);
		kit_next();
	}
}

TEST(states, revoke)
{
	FOR_EACH_ROW(row, cpu)
	{
		struct kit_thread *t = enter(row, cpu, LONG);

		EXPECT_OK(os_cspace_revoke(SELF, memory));
		EXPECT_OK(os_untyped_reset(memory));
		if (row->dead != NEVER)
			expect_answer(row, "revoke", t, row->dead);
		kit_next();
	}
}

TEST(states, interrupt)
{
	FOR_EACH_ROW(row, cpu)
	{
		struct kit_thread *t = enter(row, cpu, LONG);

		EXPECT_OK(os_thread_divert(t->cap, 1, DIVERT_INTERRUPT));
		if (row->interrupted != NEVER)
			expect_answer(row, "interruption", t, row->interrupted);
		kit_next();
	}
}

/* When a wait that is to end well ends anyway: late, but a sleep ends in no other way. */
static uint64_t ends_well(const struct row *row) { return row->state == THREAD_SLEEP ? SOON : LONG; }

/* T still waits, unless the host has kept us from looking until its deadline. */
static void expect_waiting(const struct row *row, const struct kit_thread *t)
{
	EXPECT(kit_state(t) == row->state || os_now_ns() >= deadline);
}

TEST(states, suspend_while_the_wait_ends)
{
	FOR_EACH_ROW(row, cpu)
	{
		struct kit_thread *t = enter(row, cpu, ends_well(row));

		EXPECT_OK(os_thread_suspend(t->cap));
		expect_waiting(row, t);
		row->finish();
		EXPECT(kit_wait_state(t, THREAD_READY));
		EXPECT_EQ(kit_read(&t->done), 0);
		EXPECT_OK(os_thread_resume(t->cap));
		expect_answer(row, "suspend", t, 0);
		kit_next();
	}
}

TEST(states, divert_without_interruption)
{
	FOR_EACH_ROW(row, cpu)
	{
		struct kit_thread *t = enter(row, cpu, ends_well(row));

		EXPECT_OK(os_thread_divert(t->cap, 1, 0));
		expect_waiting(row, t);
		row->finish();
		expect_answer(row, "divert", t, 0);
		kit_next();
	}
}
