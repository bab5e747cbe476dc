/* SPDX-License-Identifier: 0BSD */
/* message_words.c: messages of eight words: send, receive, reply, in every order and between all
 * places. */
#include "lib/kit.h"

#define SELF CAP_SELF_CSPACE

static void expect_round_trips(cap_t connection)
{
	for (uint64_t i = 0; i < 100; i++) {
		struct os_words words = {{i, 2, 3, 4, 5, 6, 7, ~0ull}};

		EXPECT_EQ(os_send_words(connection, &words), i);
		EXPECT_EQ(words.w[0], i + 1);
		EXPECT_EQ(words.w[1], 3);
		EXPECT_EQ(words.w[4], 6);
		EXPECT_EQ(words.w[6], 8);
		EXPECT_EQ(words.w[7], 0);
	}
}

TEST(message_words, all_eight_go_there_and_back)
{
	for (unsigned i = 0; i < 4; i++) {
		cap_t endpoint;

		kit_echo_server(&endpoint, i & 1, i & 2);
		expect_round_trips(kit_connect(endpoint, 1));
	}
}

TEST(message_words, servers_on_other_processors_answer)
{
	for (uint32_t cpu = 0; cpu < os_boot->cpu_count; cpu++) {
		cap_t endpoint;
		struct kit_thread *t = kit_echo_server(&endpoint, true, false);

		EXPECT_OK(os_thread_suspend(t->cap));
		EXPECT_OK(os_thread_set_cpu(t->cap, cpu));
		EXPECT_OK(os_thread_resume(t->cap));
		expect_round_trips(kit_connect(endpoint, 1));
	}
}

TEST(message_words, a_negative_status_is_passed_on)
{
	cap_t endpoint;
	struct os_words words = {{(uint64_t)-ENOTSUP}};

	kit_echo_server(&endpoint, false, true);
	EXPECT_EQ(os_send_words(kit_connect(endpoint, 1), &words), -ENOTSUP);
}

struct client {
	cap_t connection;
	uint64_t word;
	int64_t answer;
	struct os_words words;
};

static void send_once(void *arg)
{
	struct client *c = arg;

	c->words = (struct os_words){{c->word, 11, 12, 13, 14, 15, 16, 17}};
	c->answer = os_send_words(c->connection, &c->words);
}

static struct kit_thread *start_client(struct client *c, uint32_t priority)
{
	return kit_thread_with(&(struct kit_how){.priority = priority}, send_once, c);
}

TEST(message_words, receive_tells_who_and_what)
{
	cap_t endpoint = kit_endpoint();
	struct client c = {.connection = kit_connect(endpoint, 0xc00c1e), .word = 10};
	struct kit_thread *t =
	    kit_thread_with(&(struct kit_how){.priority = KIT_PRIORITY + 3, .stopped = true}, send_once, &c);
	struct os_received r;

	EXPECT_OK(os_thread_set_stamp(t->cap, 77, 88));
	EXPECT_OK(kit_thread_go(t));
	EXPECT(kit_wait_state(t, THREAD_SEND));
	ASSERT_OK(os_receive(endpoint, &r, NULL, DEADLINE_NOW));
	EXPECT_EQ(INFO_KIND(r.info), MESSAGE_SEND);
	EXPECT_EQ(INFO_LENGTH(r.info), 0);
	EXPECT_EQ(INFO_PRIORITY(r.info), KIT_PRIORITY + 3);
	EXPECT_EQ(INFO_DELIVERIES(r.info), 1);
	EXPECT_EQ(INFO_CAPS(r.info), 0);
	EXPECT_EQ(r.cookie, 0xc00c1e);
	EXPECT_EQ(r.who, 77);
	EXPECT_EQ(r.cred, 88);
	EXPECT(r.id != 0);
	for (uint64_t i = 0; i < 8; i++)
		EXPECT_EQ(r.words.w[i], 10 + i);
	EXPECT_EQ(kit_state(t), THREAD_REPLY);
	EXPECT_OK(kit_reply(endpoint, r.id, 5, 99));
	EXPECT(kit_join(t));
	EXPECT_EQ(c.answer, 5);
	EXPECT_EQ(c.words.w[0], 99);
	EXPECT_EQ(c.words.w[1], 0);
}

TEST(message_words, the_most_urgent_comes_first_then_the_first)
{
	static const uint32_t priority[6] = {90, 95, 90, 99, 95, 91};
	static const uint64_t expected[6] = {3, 1, 4, 5, 0, 2};
	cap_t endpoint = kit_endpoint();
	cap_t connection = kit_connect(endpoint, 1);
	struct client c[6];
	struct kit_thread *t[6];
	struct os_received r;

	for (unsigned i = 0; i < 6; i++) {
		c[i] = (struct client){.connection = connection, .word = i};
		t[i] = start_client(&c[i], priority[i]);
		EXPECT(kit_wait_state(t[i], THREAD_SEND));
	}
	for (unsigned i = 0; i < 6; i++) {
		ASSERT_OK(os_receive(endpoint, &r, NULL, DEADLINE_NOW));
		EXPECT_EQ(r.words.w[0], expected[i]);
		EXPECT_OK(kit_reply(endpoint, r.id, 0, 0));
	}
	for (unsigned i = 0; i < 6; i++)
		EXPECT(kit_join(t[i]));
}

TEST(message_words, any_number_can_be_unanswered_and_replied_to_in_any_order)
{
	cap_t endpoint = kit_endpoint();
	cap_t connection = kit_connect(endpoint, 1);
	struct client c[8];
	struct kit_thread *t[8];
	uint64_t id[8];
	struct os_received r;

	for (unsigned i = 0; i < 8; i++) {
		c[i] = (struct client){.connection = connection, .word = i};
		t[i] = start_client(&c[i], 0);
	}
	for (unsigned i = 0; i < 8; i++) {
		ASSERT_OK(os_receive(endpoint, &r, NULL, os_in_ns(KIT_WAIT_NS)));
		id[r.words.w[0] & 7] = r.id;
	}
	for (unsigned i = 8; i-- > 0;)
		EXPECT_OK(kit_reply(endpoint, id[i], (int64_t)(i * 3), 0));
	for (unsigned i = 0; i < 8; i++) {
		EXPECT(kit_join(t[i]));
		EXPECT_EQ(c[i].answer, i * 3);
	}
}

TEST(message_words, id_zero_is_the_message_received_last)
{
	cap_t endpoint = kit_endpoint();
	struct client c = {.connection = kit_connect(endpoint, 1)};
	struct kit_thread *t = start_client(&c, 0);
	struct os_received r;

	EXPECT_ERR(reply, ESRCH, kit_reply(endpoint, 0, 0, 0));
	ASSERT_OK(os_receive(endpoint, &r, NULL, os_in_ns(KIT_WAIT_NS)));
	EXPECT_OK(kit_reply(endpoint, 0, 9, 0));
	EXPECT_ERR(reply, ESRCH, kit_reply(endpoint, 0, 0, 0));
	EXPECT(kit_join(t));
	EXPECT_EQ(c.answer, 9);
}

TEST(message_words, an_id_is_good_for_one_reply_at_its_endpoint)
{
	cap_t endpoint = kit_endpoint(), other = kit_endpoint();
	struct client c = {.connection = kit_connect(endpoint, 1)};
	struct kit_thread *t = start_client(&c, 0);
	struct os_received r;

	ASSERT_OK(os_receive(endpoint, &r, NULL, os_in_ns(KIT_WAIT_NS)));
	EXPECT_ERR(reply, ESRCH, kit_reply(other, r.id, 1, 0));
	EXPECT_ERR(reply, ESRCH, kit_reply(endpoint, r.id ^ 1ull << 40, 1, 0));
	EXPECT_ERR(reply, ESRCH, kit_reply(endpoint, r.id + 1, 1, 0));
	EXPECT_OK(kit_reply(endpoint, r.id, 2, 0));
	EXPECT_ERR(reply, ESRCH, kit_reply(endpoint, r.id, 3, 0));
	EXPECT(kit_join(t));
	EXPECT_EQ(c.answer, 2);
}

static uint64_t parked_id;

static void take_one(void *arg)
{
	struct os_received r;

	os_receive(*(cap_t *)arg, &r, NULL, DEADLINE_FOREVER);
	parked_id = r.id;
}

TEST(message_words, any_thread_of_the_server_may_reply)
{
	cap_t endpoint = kit_endpoint();
	struct kit_thread *server = kit_thread(take_one, &endpoint);
	struct client c = {.connection = kit_connect(endpoint, 1)};
	struct kit_thread *t = start_client(&c, 0);

	EXPECT(kit_join(server));
	EXPECT_OK(kit_reply(endpoint, parked_id, 4, 0));
	EXPECT(kit_join(t));
	EXPECT_EQ(c.answer, 4);
}

TEST(message_words, reply_receive_takes_the_next_one)
{
	cap_t endpoint = kit_endpoint();
	cap_t connection = kit_connect(endpoint, 1);
	struct client c[2] = {{.connection = connection, .word = 1}, {.connection = connection, .word = 2}};
	struct kit_thread *a = start_client(&c[0], 0);
	struct kit_thread *b;
	struct os_received r;

	EXPECT(kit_wait_state(a, THREAD_SEND));
	b = start_client(&c[1], 0);
	EXPECT(kit_wait_state(b, THREAD_SEND));
	ASSERT_OK(os_receive(endpoint, &r, NULL, DEADLINE_NOW));
	ASSERT_OK(os_reply_receive(endpoint, 21, &r, NULL, DEADLINE_NOW));
	EXPECT_EQ(r.words.w[0], 2);
	EXPECT_ERR(reply_receive, EAGAIN, os_reply_receive(endpoint, 22, &r, NULL, DEADLINE_NOW));
	EXPECT(kit_join(a));
	EXPECT(kit_join(b));
	EXPECT_EQ(c[0].answer, 21);
	EXPECT_EQ(c[1].answer, 22);
}

TEST(message_words, reply_receive_does_not_mind_a_stale_id)
{
	cap_t endpoint = kit_endpoint();
	struct client c = {.connection = kit_connect(endpoint, 1), .word = 3};
	struct kit_thread *t = start_client(&c, 0);
	struct os_received r = {.id = 0x123456};

	EXPECT(kit_wait_state(t, THREAD_SEND));
	EXPECT_OK(os_reply_receive(endpoint, 0, &r, NULL, DEADLINE_NOW));
	EXPECT_EQ(r.words.w[0], 3);
	EXPECT_OK(kit_reply(endpoint, 0, 0, 0));
	EXPECT(kit_join(t));
}

TEST(message_words, malformed_calls_are_refused)
{
	cap_t endpoint = kit_endpoint();
	cap_t connection = kit_connect(endpoint, 1);
	struct os_words words = {{0}};
	struct os_received r = {0};
	static OS_DESC(4) d __attribute__((aligned(64)));
	const struct message_desc *odd = (struct message_desc *)((char *)&d + 8);

	EXPECT_ERR(send, EINVAL, os_send(connection, &words, NULL, DEADLINE_NOW, 0x80));
	EXPECT_ERR(send, EINVAL, os_send(connection, &words, odd, DEADLINE_NOW, 0));
	EXPECT_ERR(receive, EINVAL, os_receive(endpoint, &r, odd, DEADLINE_NOW));
	EXPECT_ERR(reply_receive, EINVAL, os_reply_receive(endpoint, 0, &r, odd, DEADLINE_NOW));
}

TEST(message_words, deadline_now_does_not_wait)
{
	cap_t endpoint = kit_endpoint();
	cap_t connection = kit_connect(endpoint, 1);
	struct os_received r = {0};

	EXPECT_ERR(send, EAGAIN, kit_send_until(connection, 0, DEADLINE_NOW, 0));
	EXPECT_ERR(receive, EAGAIN, os_receive(endpoint, &r, NULL, DEADLINE_NOW));
	EXPECT_ERR(reply_receive, EAGAIN, os_reply_receive(endpoint, 0, &r, NULL, DEADLINE_NOW));
}

TEST(message_words, deadline_now_is_served_by_one_that_waits)
{
	cap_t endpoint;
	cap_t connection;

	kit_echo_server(&endpoint, true, true);
	connection = kit_connect(endpoint, 1);
	EXPECT_EQ(kit_send_until(connection, 6, DEADLINE_NOW, 0), 6);
	EXPECT_EQ(kit_send_until(connection, 7, DEADLINE_NOW, 0), 7);
}

/* Sends to itself and back, over and over, from several processors at once. */
static void send_many(void *arg)
{
	struct client *c = arg;

	uint64_t rounds = os_boot->cpu_count > 1 ? 50 : 150; /* emulated processors hand a lock on slowly */

	for (uint64_t i = 0; i < rounds; i++) {
		struct os_words words = {{i, i + 1, 0, 0, 0, 0, 0, i + 7}};

		if (os_send_words(c->connection, &words) != (int64_t)i || words.w[1] != i + 2 || words.w[7] != i + 8)
			c->answer++;
	}
}

TEST(message_words, many_clients_and_servers_on_all_processors)
{
	cap_t endpoint = kit_endpoint();
	cap_t connection = kit_connect(endpoint, 1);
	struct client c[8];
	struct kit_thread *t[8];
	cap_t passive;

	for (unsigned i = 0; i < 2; i++)
		kit_echo_server(&passive, true, true);
	kit_echo_server(&endpoint, true, false);
	connection = kit_connect(endpoint, 1);
	for (unsigned i = 0; i < 8; i++) {
		c[i] = (struct client){.connection = i % 2 ? connection : kit_connect(passive, i)};
		t[i] = kit_thread_with(&(struct kit_how){.cpu = i % os_boot->cpu_count}, send_many, &c[i]);
	}
	for (unsigned i = 0; i < 8; i++) {
		EXPECT(kit_join(t[i]));
		EXPECT_EQ(c[i].answer, 0);
	}
}
