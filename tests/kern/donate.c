/* SPDX-License-Identifier: 0BSD */
/* donate.c: passive threads run on the time of those whom they serve, or on the reserve. */
#include "lib/kit.h"

static uint32_t stage, go_on;

static void spin_for(uint64_t ns)
{
	uint64_t end = os_in_ns(ns);

	while (os_now_ns() < end)
		;
}

/* Works for as many ns as the first word says. */
static void work(void *arg)
{
	cap_t endpoint = *(cap_t *)arg;
	struct os_received r;

	os_receive(endpoint, &r, NULL, DEADLINE_FOREVER);
	for (;;) {
		kit_write(&stage, kit_read(&stage) + 1);
		if (r.words.w[0])
			spin_for(r.words.w[0]);
		while (r.words.w[1] && !kit_read(&go_on))
			;
		r.id = 0;
		os_reply_receive(endpoint, 0, &r, NULL, DEADLINE_FOREVER);
	}
}

static uint64_t consumed(cap_t sched)
{
	struct os_words out;

	EXPECT_OK(os_sched_info(sched, &out));
	return out.w[0];
}

struct call {
	cap_t cap;
	uint64_t ns, hang;
	int64_t answer;
};

static void send(void *arg)
{
	struct call *c = arg;

	c->answer = kit_send(c->cap, c->ns, c->hang, NULL);
}

TEST(donate, a_passive_server_uses_its_clients_time)
{
	cap_t endpoint;
	struct call c = {.ns = 10 * OS_MS};
	struct kit_thread *t;

	kit_server(work, &endpoint, true, true);
	c.cap = kit_connect(endpoint, 1);
	t = kit_thread(send, &c);
	EXPECT(kit_join(t));
	/* Its SchedContext outlives its run. */
	EXPECT(consumed(t->sched) >= 9 * OS_MS);
}

/* Where a processor's time is not exact the host may stop it while it runs: once in some tries it does not. */
static unsigned tries(void) { return os_boot->cpu_count > 1 ? 3 : 1; }

TEST(donate, an_active_server_uses_its_own)
{
	uint64_t spent = UINT64_MAX;
	cap_t endpoint;
	struct call c = {.ns = 10 * OS_MS};
	struct kit_thread *s = kit_server(work, &endpoint, true, false);

	c.cap = kit_connect(endpoint, 1);
	for (unsigned i = 0; i < tries() && spent >= 5 * OS_MS; i++) {
		struct kit_thread *t = kit_thread(send, &c);

		EXPECT(kit_join(t));
		spent = consumed(t->sched);
	}
	EXPECT(spent < 5 * OS_MS);
	EXPECT(consumed(s->sched) >= 9 * OS_MS);
}

TEST(donate, time_passes_along_a_chain)
{
	cap_t first, second;
	struct call c = {.ns = 10 * OS_MS};
	struct kit_thread *t;

	kit_server(work, &second, true, true);
	kit_echo_server(&first, true, true);
	c.cap = kit_connect(second, 1);
	t = kit_thread(send, &c);
	EXPECT(kit_join(t));
	EXPECT_EQ(kit_send(kit_connect(first, 2), 3, 0, NULL), 3);
	EXPECT(consumed(t->sched) >= 9 * OS_MS);
}

TEST(donate, a_server_whose_client_dies_goes_on_on_the_reserve)
{
	cap_t endpoint;
	struct call c = {.hang = 1};
	struct kit_how how = {.priority = KIT_PRIORITY - 5};
	struct kit_thread *t, *s;

	stage = go_on = 0;
	s = kit_server(work, &endpoint, true, true);
	EXPECT_OK(os_thread_set_priority(s->cap, KIT_PRIORITY - 5, 0, 0));
	c.cap = kit_connect(endpoint, 1);
	t = kit_thread_with(&how, send, &c);
	EXPECT(kit_wait_for(&stage, 1));
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, t->cap));
	kit_write(&go_on, 1);
	EXPECT(kit_wait_state(s, THREAD_RECEIVE));
	/* And serves the next one. */
	EXPECT_EQ(kit_send(kit_connect(endpoint, 2), 0, 0, NULL), 0);
}

TEST(donate, a_server_whose_clients_budget_ends_goes_on_on_the_reserve)
{
	cap_t endpoint;
	struct call c = {.ns = 30 * OS_MS};
	struct kit_how how = {.stopped = true};
	struct kit_thread *t;

	stage = 0;
	kit_server(work, &endpoint, true, true);
	c.cap = kit_connect(endpoint, 1);
	t = kit_thread_with(&how, send, &c);
	EXPECT_OK(os_sched_configure(t->sched, 5 * OS_MS, 1000 * OS_S, 0, 4));
	EXPECT_OK(kit_thread_go(t));
	EXPECT(kit_wait_for(&stage, 1));
	/* The server is done long before the client has budget again. */
	EXPECT(kit_wait_state(t, THREAD_READY));
	EXPECT_EQ(kit_read(&t->done), 0);
	EXPECT_OK(os_sched_configure(t->sched, 0, 0, 0, 0));
	EXPECT(kit_join(t));
	EXPECT_EQ(c.answer, 0);
}

TEST(donate, without_donor_or_reserve_a_passive_thread_starves)
{
	static cap_t endpoint;
	struct os_words out;
	struct kit_thread *t;

	endpoint = kit_bare_endpoint();
	t = kit_thread_with(&(struct kit_how){.serves = endpoint}, work, &endpoint);
	kit_pause();
	EXPECT_OK(os_thread_info(t->cap, &out));
	EXPECT_EQ(out.w[THREAD_INFO_STATE], THREAD_READY);
	EXPECT_EQ(out.w[THREAD_INFO_STARVED], 1);
}

static uint32_t arrived[3], arrivals;

/* Notes that it has come, and keeps the reserve until told. */
static void arrive(void *arg)
{
	arrived[arrivals] = (uint32_t)(uint64_t)arg;
	kit_write(&arrivals, arrivals + 1);
	while (!kit_read(&go_on))
		;
}

static bool starves(const struct kit_thread *t)
{
	struct os_words out;

	EXPECT_OK(os_thread_info(t->cap, &out));
	return out.w[THREAD_INFO_STARVED];
}

TEST(donate, who_starves_for_a_reserve_that_is_set_later_goes_on_by_priority)
{
	cap_t endpoint = kit_bare_endpoint();
	struct kit_how how = {.serves = endpoint};
	struct kit_thread *t[3];

	go_on = arrivals = 0;
	for (uint64_t i = 0; i < 3; i++) {
		how.priority = (uint32_t)(KIT_PRIORITY - 20 + i);
		t[i] = kit_thread_with(&how, arrive, (void *)i);
		EXPECT(starves(t[i]));
	}
	/* It is the order of the priorities that they have, not of those with which they came. */
	EXPECT_OK(os_thread_set_priority(t[0]->cap, KIT_PRIORITY - 10, 0, 0));
	EXPECT_OK(os_endpoint_configure(endpoint, 0, kit_make(OBJ_SCHED, 9), KIT_PRIORITY));
	EXPECT(kit_wait_for(&arrivals, 1));
	EXPECT_EQ(arrived[0], 0);
	EXPECT(!starves(t[0]) && starves(t[1]) && starves(t[2]));
	/* Its holder is as urgent as the first who waits, and no more when that has gone. */
	EXPECT_OK(os_thread_set_priority(t[1]->cap, KIT_PRIORITY - 5, 0, 0));
	EXPECT_EQ(kit_priority(t[0]), KIT_PRIORITY - 5);
	EXPECT_OK(os_thread_suspend(t[1]->cap));
	EXPECT_EQ(kit_priority(t[0]), KIT_PRIORITY - 10);
	EXPECT_OK(os_thread_resume(t[1]->cap));
	EXPECT_EQ(kit_priority(t[0]), KIT_PRIORITY - 5);
	kit_write(&go_on, 1);
	for (unsigned i = 0; i < 3; i++)
		EXPECT(kit_join(t[i]));
	EXPECT_EQ(arrived[1], 1);
	EXPECT_EQ(arrived[2], 2);
}

TEST(donate, who_starves_when_the_reserve_goes_waits_for_another)
{
	cap_t endpoint = kit_bare_endpoint(), reserve = kit_make(OBJ_SCHED, 9);
	struct kit_how how = {.serves = endpoint, .priority = KIT_PRIORITY - 10};
	struct kit_thread *t[2];

	go_on = arrivals = 0;
	EXPECT_OK(os_endpoint_configure(endpoint, 0, reserve, KIT_PRIORITY));
	t[0] = kit_thread_with(&how, arrive, NULL);
	EXPECT(kit_wait_for(&arrivals, 1));
	how.priority += 5;
	t[1] = kit_thread_with(&how, arrive, NULL);
	EXPECT_EQ(kit_priority(t[0]), KIT_PRIORITY - 5);
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, reserve));
	EXPECT(starves(t[0]) && starves(t[1]));
	EXPECT_EQ(kit_priority(t[0]), KIT_PRIORITY - 10);
	EXPECT_OK(os_endpoint_configure(endpoint, 0, kit_make(OBJ_SCHED, 9), KIT_PRIORITY));
	EXPECT(kit_wait_for(&arrivals, 2));
	EXPECT(starves(t[0]) && !starves(t[1]));
	kit_write(&go_on, 1);
	EXPECT(kit_join(t[0]));
	EXPECT(kit_join(t[1]));
}

TEST(donate, two_that_need_the_reserve_take_turns)
{
	cap_t endpoint = kit_endpoint();
	struct kit_thread *a, *b;
	cap_t event = kit_event_at(endpoint, 1, KIT_PRIORITY);
	struct kit_how how = {.serves = endpoint};
	static cap_t where;

	where = endpoint;
	stage = 0;
	a = kit_thread_with(&how, work, &where);
	b = kit_thread_with(&how, work, &where);
	EXPECT(kit_wait_state(a, THREAD_RECEIVE));
	EXPECT(kit_wait_state(b, THREAD_RECEIVE));
	for (unsigned i = 0; i < 20; i++)
		EXPECT_OK(os_event_signal(event, 1));
	kit_pause();
	EXPECT(kit_wait_state(a, THREAD_RECEIVE));
	EXPECT(kit_wait_state(b, THREAD_RECEIVE));
	EXPECT(stage >= 1);
}

static cap_t onward;

static void ask_on(void *arg)
{
	cap_t endpoint = *(cap_t *)arg;
	struct os_received r;

	os_receive(endpoint, &r, NULL, DEADLINE_FOREVER);
	os_send_words(onward, &r.words);
	kit_reply(endpoint, r.id, 0, 0);
}

TEST(donate, time_that_ends_while_it_is_lent_along_a_chain_comes_back_to_nobody)
{
	cap_t first, second;
	struct call c = {.hang = 1};
	struct kit_thread *s, *t;
	struct os_words out;

	stage = go_on = 0;
	s = kit_server(work, &second, true, true);
	onward = kit_connect(second, 1);
	EXPECT_OK(os_thread_set_priority(s->cap, KIT_PRIORITY - 5, 0, 0));
	s = kit_server(ask_on, &first, true, true);
	EXPECT_OK(os_thread_set_priority(s->cap, KIT_PRIORITY - 5, 0, 0));
	c.cap = kit_connect(first, 1);
	t = kit_thread_with(&(struct kit_how){.priority = KIT_PRIORITY - 5}, send, &c);
	EXPECT(kit_wait_for(&stage, 1));
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, t->sched));
	kit_write(&go_on, 1);
	EXPECT(kit_wait_state(t, THREAD_READY));
	kit_pause();
	EXPECT_OK(os_thread_info(t->cap, &out));
	EXPECT_EQ(out.w[THREAD_INFO_STATE], THREAD_READY);
	EXPECT_EQ(out.w[THREAD_INFO_STARVED], 1);
	EXPECT_OK(
	    os_thread_configure(t->cap, CAP_NONE, CAP_NONE, kit_make(OBJ_SCHED, 9), CAP_NONE, CAP_NONE, CAP_NONE));
	EXPECT(kit_join(t));
}

static uint32_t asleep;
static char much[1 << 20], taken[sizeof(much) + 64];

/* Keeps the first message until told, waiting; the others are answered as they come, into a buffer. */
static void keep_first(void *arg)
{
	static OS_DESC(1) into __attribute__((aligned(64)));
	cap_t endpoint = *(cap_t *)arg;
	struct os_received r;

	into.desc = (struct message_desc){.receive_count = 1};
	into.desc.piece[0] = (struct message_piece){(uint64_t)taken, sizeof(taken)};
	os_receive(endpoint, &r, NULL, DEADLINE_FOREVER);
	while (kit_read(&asleep))
		kit_pause();
	for (;;) {
		r.id = 0;
		os_reply_receive(endpoint, 0, &r, &into.desc, DEADLINE_FOREVER);
	}
}

/* A pulse, on the reserve. */
static void hold_reserve(void *arg)
{
	struct os_received r;

	os_receive(*(cap_t *)arg, &r, NULL, DEADLINE_FOREVER);
	while (!kit_read(&go_on))
		;
}

/* So much that it is taken in several goes, and then what is not there. */
static void send_from_nowhere(void *arg)
{
	static OS_DESC(2) from __attribute__((aligned(64)));
	struct os_words words = {{0}};
	struct call *c = arg;

	/* The page behind the last one that can be mapped. */
	from.desc = (struct message_desc){.send_count = 2};
	from.desc.piece[0] = (struct message_piece){(uint64_t)much, sizeof(much)};
	from.desc.piece[1] = (struct message_piece){0x7ffffffff000, 8};
	c->answer = os_send(c->cap, &words, &from.desc, DEADLINE_FOREVER, 0);
}

TEST(donate, who_queues_for_the_reserve_and_gets_a_message_queues_no_more)
{
	cap_t endpoint = kit_endpoint();
	cap_t connection = kit_connect(endpoint, 1), event = kit_event_at(endpoint, 2, KIT_PRIORITY - 10);
	struct kit_how how = {.serves = endpoint, .priority = KIT_PRIORITY - 2};
	struct kit_how below = {.priority = KIT_PRIORITY - 5};
	struct call c[3] = {{.cap = connection}, {.cap = connection}, {.cap = connection}};
	struct kit_thread *busy, *other, *t[3];

	go_on = 0;
	asleep = 1;
	busy = kit_thread_with(&how, keep_first, &endpoint);
	EXPECT(kit_wait_state(busy, THREAD_RECEIVE));
	how.priority = KIT_PRIORITY - 10; /* the queue lifts it, to those that wait there */
	other = kit_thread_with(&how, hold_reserve, &endpoint);
	EXPECT(kit_wait_state(other, THREAD_RECEIVE));
	EXPECT_OK(os_event_signal(event, 1));
	EXPECT(kit_wait_state(other, THREAD_READY));
	t[0] = kit_thread_with(&below, send, &c[0]);
	EXPECT(kit_wait_state(t[0], THREAD_REPLY));
	t[1] = kit_thread_with(&below, send, &c[1]);
	EXPECT(kit_wait_state(t[1], THREAD_SEND));
	below.priority++; /* in front of that */
	t[2] = kit_thread_with(&below, send_from_nowhere, &c[2]);
	EXPECT(kit_wait_state(t[2], THREAD_SEND));
	kit_write(&asleep, 0);
	EXPECT(kit_wait_state(t[2], THREAD_READY));
	/* It holds what the other needs. */
	EXPECT_EQ(kit_priority(other), KIT_PRIORITY - 2);
	kit_write(&go_on, 1);
	EXPECT(kit_join(t[2]));
	EXPECT_ERR(send, EFAULT, c[2].answer);
	EXPECT(kit_join(other));
	EXPECT(kit_join(t[0]));
	EXPECT(kit_join(t[1]));
	EXPECT_EQ(c[1].answer, 0);
	EXPECT_EQ(kit_send(connection, 0, 0, NULL), 0);
}

#define CHAIN 18 /* one more than links, and the last */

static cap_t links[CHAIN + 1];

/* Server I of the chain asks the next. */
static void link(void *arg)
{
	unsigned i = (unsigned)(uint64_t)arg;
	struct os_received r;

	os_receive(links[i], &r, NULL, DEADLINE_FOREVER);
	if (i + 1 < CHAIN)
		os_send_words(links[CHAIN] + i + 1, &r.words);
	else
		spin_for(r.words.w[0]);
	kit_reply(links[i], r.id, 0, 0);
}

static uint64_t spent_at_the_end_of(unsigned length)
{
	struct call c = {.ns = 5 * OS_MS};
	struct kit_thread *t;

	links[CHAIN] = kit_slots(CHAIN);
	for (unsigned i = CHAIN - length; i < CHAIN; i++) {
		struct os_words out;

		links[i] = kit_endpoint();
		EXPECT_OK(os_connect(links[i], 1, links[CHAIN] + i, links[CHAIN] + i, 0, &out));
		EXPECT(kit_wait_state(kit_thread_with(&(struct kit_how){.serves = links[i]}, link, (void *)(uint64_t)i),
				      THREAD_RECEIVE));
	}
	c.cap = links[CHAIN] + CHAIN - length;
	t = kit_thread(send, &c);
	EXPECT(kit_join(t));
	EXPECT_EQ(c.answer, 0);
	return consumed(t->sched);
}

TEST(donate, time_is_lent_over_16_links_and_no_more)
{
	uint64_t spent = UINT64_MAX;

	EXPECT(spent_at_the_end_of(16) >= 5 * OS_MS);
	for (unsigned i = 0; i < tries() && spent >= 4 * OS_MS; i++)
		spent = spent_at_the_end_of(17);
	EXPECT(spent < 4 * OS_MS);
}
