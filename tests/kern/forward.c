/* SPDX-License-Identifier: 0BSD */
/* forward.c: handing received messages on, and putting them back for another server. */
#include "lib/kit.h"

#include "lib/string.h"

static char data[100] = "header..the rest of the request";
static char buffer[100];
static OS_DESC(2) client __attribute__((aligned(64))), server __attribute__((aligned(64)));

struct call {
	cap_t cap;
	int64_t answer;
	unsigned flags;
	struct os_words words;
};

static void send(void *arg)
{
	struct call *c = arg;

	client.desc = (struct message_desc){.send_count = 1};
	client.desc.piece[0] = (struct message_piece){(uint64_t)data, 32};
	c->answer = os_send(c->cap, &c->words, &client.desc, DEADLINE_FOREVER, c->flags);
}

static cap_t first, second, onward;
static struct call call;
static struct kit_thread *sender;
static struct os_received got;

static void receive_at_first_from(void (*run)(void *))
{
	first = kit_endpoint();
	second = kit_endpoint();
	onward = kit_connect(second, 2);
	call = (struct call){.cap = kit_connect(first, 1), .words = {{5, 6}}};
	sender = kit_thread_with(&(struct kit_how){.stopped = true}, run, &call);
	EXPECT_OK(os_thread_set_stamp(sender->cap, 7, 8));
	EXPECT_OK(kit_thread_go(sender));
	EXPECT_OK(os_receive(first, &got, NULL, os_in_ns(KIT_WAIT_NS)));
}

static void receive_at_first(void) { receive_at_first_from(send); }

TEST(forward, the_final_server_answers_the_client)
{
	struct os_words words = {{50, 60}};
	uint64_t old;

	receive_at_first();
	old = got.id;
	EXPECT_OK(os_forward(first, got.id, onward, &words, 8));
	server.desc = (struct message_desc){.receive_count = 1};
	server.desc.piece[0] = (struct message_piece){(uint64_t)buffer, 100};
	ASSERT_OK(os_receive(second, &got, &server.desc, os_in_ns(KIT_WAIT_NS)));
	EXPECT_EQ(got.cookie, 2);
	EXPECT_EQ(got.words.w[0], 50);
	EXPECT_EQ(got.words.w[1], 60);
	EXPECT_EQ(got.who, 7);
	EXPECT_EQ(got.cred, 8);
	EXPECT_EQ(INFO_LENGTH(got.info), 24);
	EXPECT_EQ(memcmp(buffer, "the rest of the request", 23), 0);
	EXPECT_ERR(reply, ESRCH, kit_reply(first, old, 0, 0));
	EXPECT_OK(kit_reply(second, got.id, 99, 1));
	EXPECT(kit_join(sender));
	EXPECT_EQ(call.answer, 99);
}

TEST(forward, without_words_keeps_those_of_the_client)
{
	receive_at_first();
	EXPECT_OK(os_forward(first, got.id, onward, &got.words, 0));
	ASSERT_OK(os_receive(second, &got, NULL, os_in_ns(KIT_WAIT_NS)));
	EXPECT_EQ(got.words.w[0], 5);
	EXPECT_OK(kit_reply(second, got.id, 0, 1));
	EXPECT(kit_join(sender));
}

TEST(forward, reaches_a_waiting_server_at_once)
{
	cap_t echo;

	receive_at_first();
	kit_echo_server(&echo, true, true);
	EXPECT_OK(os_forward(first, got.id, kit_connect(echo, 3), &got.words, 0));
	EXPECT(kit_join(sender));
	EXPECT_EQ(call.answer, 5);
	EXPECT_EQ(call.words.w[0], 6);
}

TEST(forward, refuses)
{
	uint64_t number;
	cap_t dead;

	receive_at_first();
	dead = kit_connect_number(second, 3, &number);
	EXPECT_OK(os_sever(second, number));
	EXPECT_ERR(forward, ESRCH, os_forward(first, got.id + 1, onward, &got.words, 0));
	EXPECT_ERR(forward, ESRCH, os_forward(second, got.id, onward, &got.words, 0));
	EXPECT_ERR(forward, EINVAL, os_forward(first, got.id, onward, &got.words, 33));
	EXPECT_ERR(forward, ESRVDEAD, os_forward(first, got.id, dead, &got.words, 0));
	EXPECT_OK(kit_reply(first, got.id, 4, 0));
	EXPECT(kit_join(sender));
	EXPECT_EQ(call.answer, 4);
}

TEST(forward, has_a_limit_of_hops)
{
	cap_t there, back;
	int64_t answer = 0;
	unsigned hops;

	receive_at_first();
	there = onward;
	back = kit_connect(first, 1);
	for (hops = 0; hops < 20; hops++) {
		cap_t here = hops % 2 ? second : first;

		answer = os_forward(here, 0, hops % 2 ? back : there, &got.words, 0);
		if (answer < 0)
			break;
		EXPECT_OK(os_receive(hops % 2 ? first : second, &got, NULL, os_in_ns(KIT_WAIT_NS)));
	}
	EXPECT_ERR(forward, ELOOP, answer);
	EXPECT_EQ(hops, MESSAGE_HOPS_MAX);
	EXPECT_OK(kit_reply(hops % 2 ? second : first, 0, 1, 0));
	EXPECT(kit_join(sender));
}

static struct call inner;

/* Serves `first`; its own request to `second` comes back to it. */
static void serve_and_ask(void *arg)
{
	struct os_received r;

	os_receive(first, &r, NULL, DEADLINE_FOREVER);
	inner.answer = os_send_words(onward, &inner.words);
	kit_reply(first, r.id, 0, 0);
}

TEST(forward, to_the_one_who_waits_for_it_is_a_deadlock)
{
	struct kit_thread *asks;
	cap_t to_first;

	first = kit_endpoint();
	second = kit_endpoint();
	onward = kit_connect(second, 2);
	to_first = kit_connect(first, 1);
	asks = kit_thread(serve_and_ask, NULL);
	EXPECT(kit_wait_state(asks, THREAD_RECEIVE));
	sender = kit_thread(send, &call);
	call = (struct call){.cap = to_first};
	EXPECT_OK(os_receive(second, &got, NULL, os_in_ns(KIT_WAIT_NS)));
	EXPECT_ERR(forward, EDEADLK, os_forward(second, got.id, to_first, &got.words, 0));
	EXPECT_ERR(forward_receive, EDEADLK, os_forward_receive(second, to_first, 0, &got, NULL, DEADLINE_NOW));
	EXPECT_OK(kit_reply(second, got.id, 0, 0));
	EXPECT(kit_join(asks));
}

TEST(requeue, puts_messages_back_in_their_order)
{
	cap_t endpoint = kit_endpoint();
	cap_t connection = kit_connect(endpoint, 1);
	struct call c[4];
	struct kit_thread *t[4];
	uint64_t old[4];

	for (unsigned i = 0; i < 4; i++) {
		c[i] = (struct call){.cap = connection, .words = {{i}}};
		t[i] = kit_thread(send, &c[i]);
		EXPECT(kit_wait_state(t[i], THREAD_SEND));
	}
	for (unsigned i = 0; i < 3; i++) {
		ASSERT_OK(os_receive(endpoint, &got, NULL, DEADLINE_NOW));
		EXPECT_EQ(INFO_DELIVERIES(got.info), 1);
		old[i] = got.id;
	}
	EXPECT_EQ(os_requeue(endpoint, 0), 3);
	EXPECT_ERR(reply, ESRCH, kit_reply(endpoint, old[0], 0, 0));
	for (unsigned i = 0; i < 4; i++) {
		ASSERT_OK(os_receive(endpoint, &got, NULL, DEADLINE_NOW));
		EXPECT_EQ(got.words.w[0], i);
		EXPECT_EQ(INFO_DELIVERIES(got.info), i < 3 ? 2 : 1);
		EXPECT_OK(kit_reply(endpoint, got.id, 0, 0));
	}
	for (unsigned i = 0; i < 4; i++)
		EXPECT(kit_join(t[i]));
}

TEST(requeue, counts_deliveries_up_to_31)
{
	receive_at_first();
	for (unsigned i = 2; i < 35; i++) {
		EXPECT_EQ(os_requeue(first, 0), 1);
		ASSERT_OK(os_receive(first, &got, NULL, DEADLINE_NOW));
		EXPECT_EQ(INFO_DELIVERIES(got.info), i < 31 ? i : 31);
	}
	EXPECT_OK(kit_reply(first, got.id, 0, 0));
	EXPECT(kit_join(sender));
}

TEST(requeue, ends_messages_that_must_not_be_delivered_twice)
{
	cap_t endpoint = kit_endpoint();
	struct call c = {.cap = kit_connect(endpoint, 1), .flags = SEND_AT_MOST_ONCE};
	struct kit_thread *t = kit_thread(send, &c);

	ASSERT_OK(os_receive(endpoint, &got, NULL, os_in_ns(KIT_WAIT_NS)));
	EXPECT_OK(os_requeue(endpoint, 0));
	EXPECT(kit_join(t));
	EXPECT_ERR(send, ESRVDEAD, c.answer);
	EXPECT_ERR(receive, EAGAIN, os_receive(endpoint, &got, NULL, DEADLINE_NOW));
}

TEST(requeue, refuses_flags) { EXPECT_ERR(requeue, EINVAL, os_requeue(kit_endpoint(), 1)); }

static void die_serving(void *arg)
{
	struct os_received r;

	os_receive(*(cap_t *)arg, &r, NULL, DEADLINE_FOREVER);
}

static void send_soon(void *arg)
{
	struct call *c = arg;

	c->answer = os_send(c->cap, &c->words, NULL, os_in_ns(100 * OS_MS), 0);
}

TEST(requeue, lets_another_server_go_on_after_a_crash)
{
	cap_t endpoint = kit_endpoint();
	struct call c = {.cap = kit_connect(endpoint, 1), .words = {{9}}};
	struct kit_thread *server_thread = kit_thread(die_serving, &endpoint);
	struct kit_thread *t;

	EXPECT(kit_wait_state(server_thread, THREAD_RECEIVE));
	t = kit_thread(send, &c);
	EXPECT(kit_join(server_thread));
	EXPECT_EQ(kit_state(t), THREAD_REPLY);
	EXPECT_EQ(os_requeue(endpoint, 0), 1);
	ASSERT_OK(os_receive(endpoint, &got, NULL, DEADLINE_NOW));
	EXPECT_EQ(INFO_DELIVERIES(got.info), 2);
	EXPECT_OK(kit_reply(endpoint, got.id, 44, 0));
	EXPECT(kit_join(t));
	EXPECT_EQ(c.answer, 44);
}

#define AGAIN 4

static uint32_t times;

/* Receives all that comes, and nothing of it is answered; at last it gives up. */
static void receive_again_and_again(void *arg)
{
	struct os_received r;

	while (times < 1000 && os_receive(*(cap_t *)arg, &r, NULL, DEADLINE_FOREVER) >= 0)
		times++;
}

TEST(requeue, ends_while_a_server_receives_again_what_comes_back)
{
	struct kit_how how = {.cpu = os_boot->cpu_count - 1, .priority = KIT_PRIORITY + 1};
	cap_t endpoint = kit_endpoint();
	struct call c = {.cap = kit_connect(endpoint, 1)};
	struct kit_thread *server_thread, *t[AGAIN];

	times = 0;
	for (unsigned i = 0; i < AGAIN; i++)
		t[i] = kit_thread(send, &c);
	for (unsigned i = 0; i < AGAIN; i++)
		ASSERT_OK(os_receive(endpoint, &got, NULL, os_in_ns(KIT_WAIT_NS)));
	server_thread = kit_thread_with(&how, receive_again_and_again, &endpoint);
	EXPECT(kit_wait_state(server_thread, THREAD_RECEIVE));
	EXPECT_EQ(os_requeue(endpoint, 0), AGAIN);
	EXPECT(kit_wait_for(&times, AGAIN));
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, server_thread->cap));
	EXPECT_EQ(os_requeue(endpoint, 0), AGAIN);
	for (unsigned i = 0; i < AGAIN; i++) {
		ASSERT_OK(os_receive(endpoint, &got, NULL, DEADLINE_NOW));
		EXPECT_OK(kit_reply(endpoint, got.id, 0, 0));
		EXPECT_EQ(INFO_DELIVERIES(got.info), 3);
	}
	for (unsigned i = 0; i < AGAIN; i++)
		EXPECT(kit_join(t[i]));
}

static struct divert_area area;

static void on_divert(uint64_t bits, struct divert_area *a) { os_thread_undivert(); }

static int64_t next(cap_t endpoint) { return os_receive(endpoint, &got, NULL, DEADLINE_NOW); }

/* The wait of `sender`, whose message `first` has received, is over: the server is told. */
static void end_its_wait(void (*run)(void *))
{
	receive_at_first_from(run);
	EXPECT_OK(os_endpoint_configure(first, ENDPOINT_UNBLOCK, CAP_NONE, KIT_PRIORITY));
	area.busy = 0;
	EXPECT_OK(os_thread_set_divert(sender->cap, (uint64_t)on_divert, (uint64_t)&area));
	EXPECT_OK(os_thread_divert(sender->cap, 1, DIVERT_INTERRUPT));
	EXPECT_EQ(kit_state(sender), THREAD_REPLY);
}

TEST(requeue, a_wait_that_is_over_ends_before_and_after_it_was_told)
{
	for (unsigned told = 0; told < 2; told++) {
		end_its_wait(send);
		if (told)
			EXPECT_OK(next(first));
		EXPECT_EQ(os_requeue(first, 0), 1);
		EXPECT(kit_join(sender));
		EXPECT_ERR(send, EINTR, call.answer);
		EXPECT_ERR(receive, EAGAIN, next(first));
	}
}

TEST(requeue, a_deadline_that_has_passed_ends_the_wait)
{
	struct kit_thread *t;
	struct call c;

	first = kit_endpoint();
	EXPECT_OK(os_endpoint_configure(first, ENDPOINT_UNBLOCK, CAP_NONE, KIT_PRIORITY));
	c = (struct call){.cap = kit_connect(first, 1)};
	t = kit_thread(die_serving, &first);
	EXPECT(kit_wait_state(t, THREAD_RECEIVE));
	/* Its server has died when the deadline passes. */
	sender = kit_thread(send_soon, &c);
	EXPECT(kit_join(t));
	EXPECT_OK(os_receive(first, &got, NULL, os_in_ns(KIT_WAIT_NS)));
	EXPECT_EQ(INFO_KIND(got.info), MESSAGE_NOTICE);
	EXPECT_EQ(os_requeue(first, 0), 1);
	EXPECT(kit_join(sender));
	EXPECT_ERR(send, ETIMEDOUT, c.answer);
}

TEST(forward, a_wait_that_is_over_ends_where_nobody_receives)
{
	struct os_words words = {{0}};

	end_its_wait(send);
	EXPECT_OK(next(first));
	EXPECT_OK(os_endpoint_configure(second, ENDPOINT_UNBLOCK, CAP_NONE, KIT_PRIORITY));
	EXPECT_OK(os_forward(first, got.id, onward, &words, 0));
	EXPECT(kit_join(sender));
	EXPECT_ERR(send, EINTR, call.answer);
	EXPECT_ERR(receive, EAGAIN, next(second));
}

static void send_words(void *arg)
{
	struct call *c = arg;

	c->answer = os_send_words(c->cap, &c->words);
}

static struct os_received passed;
static uint32_t notices;

static void be_told(void *arg)
{
	struct os_received r;

	os_receive(second, &passed, NULL, DEADLINE_FOREVER);
	os_receive(second, &r, NULL, DEADLINE_FOREVER);
	if (INFO_KIND(r.info) == MESSAGE_NOTICE && r.id == passed.id)
		kit_write(&notices, kit_read(&notices) + 1);
	kit_reply(second, passed.id, 77, 0);
}

TEST(forward, a_wait_that_is_over_is_told_to_the_next_server)
{
	for (unsigned receive = 0; receive < 2; receive++) {
		struct kit_thread *t;

		end_its_wait(send_words);
		EXPECT_OK(next(first));
		notices = 0;
		EXPECT_OK(os_endpoint_configure(second, ENDPOINT_UNBLOCK, CAP_NONE, KIT_PRIORITY));
		t = kit_thread_with(&(struct kit_how){.serves = second}, be_told, NULL);
		EXPECT(kit_wait_state(t, THREAD_RECEIVE));
		if (receive)
			EXPECT_ERR(forward_receive, EAGAIN,
				   os_forward_receive(first, onward, 0, &got, NULL, DEADLINE_NOW));
		else
			EXPECT_OK(os_forward(first, got.id, onward, &got.words, 0));
		EXPECT(kit_join(sender));
		EXPECT_EQ(call.answer, 77);
		EXPECT_EQ(notices, 1);
		EXPECT(kit_join(t));
	}
}
