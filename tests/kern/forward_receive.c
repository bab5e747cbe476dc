/* SPDX-License-Identifier: 0BSD */
/* forward_receive.c: handing a message on and taking the next in one call; descriptors that are read when they are
 * needed (DESC_ACCEPTS). */
#include "lib/kit.h"

#include "lib/string.h"

static cap_t first, second, onward;
static struct os_received got;
static OS_DESC(2) client __attribute__((aligned(64))), server __attribute__((aligned(64)));
static char data[64] = "what the client sends", buffer[64];

/* Adds 1 to word 1 and hands everything on to `onward`, for ever. */
static void relay(void *arg)
{
	cap_t endpoint = *(cap_t *)arg;
	struct os_received r;

	os_receive(endpoint, &r, NULL, DEADLINE_FOREVER);
	for (;;) {
		r.id = 0;
		r.words.w[1]++;
		if (os_forward_receive(endpoint, onward, 0, &r, NULL, DEADLINE_FOREVER) < 0)
			return;
	}
}

static void expect_relayed(bool passive_relay, bool passive_server)
{
	struct os_words words;
	cap_t connection;

	kit_echo_server(&second, true, passive_server);
	onward = kit_connect(second, 2);
	kit_server(relay, &first, true, passive_relay);
	connection = kit_connect(first, 1);
	for (uint64_t i = 0; i < 20; i++) {
		EXPECT_EQ(kit_send(connection, 7, i, &words), 7);
		EXPECT_EQ(words.w[0], 8);
		EXPECT_EQ(words.w[1], i + 2);
	}
}

TEST(forward_receive, hands_on_and_waits_again)
{
	for (unsigned i = 0; i < 4; i++)
		expect_relayed(i & 1, i & 2);
}

struct call {
	cap_t cap;
	int64_t answer;
	const struct message_desc *desc;
	struct os_words words;
};

static void send(void *arg)
{
	struct call *c = arg;

	c->answer = os_send(c->cap, &c->words, c->desc, DEADLINE_FOREVER, 0);
}

static struct call call[2];
static struct kit_thread *sender[2];

/* `count` messages wait at `first`, with words 10, 11, and one of them has been received. */
static void receive_of(unsigned count)
{
	first = kit_endpoint();
	second = kit_endpoint();
	onward = kit_connect(second, 2);
	for (unsigned i = 0; i < count; i++) {
		call[i] = (struct call){.cap = kit_connect(first, 1 + i), .words = {{10 + i}}};
		sender[i] = kit_thread(send, &call[i]);
		EXPECT(kit_wait_state(sender[i], THREAD_SEND));
	}
	EXPECT_OK(os_receive(first, &got, NULL, DEADLINE_NOW));
	EXPECT_EQ(got.words.w[0], 10);
}

static void end(unsigned i, cap_t endpoint, int64_t status)
{
	EXPECT_OK(kit_reply(endpoint, 0, status, 0));
	EXPECT(kit_join(sender[i]));
	EXPECT_EQ(call[i].answer, status);
}

TEST(forward_receive, answers_with_what_waits)
{
	receive_of(2);
	got.words.w[0] = 20;
	EXPECT_OK(os_forward_receive(first, onward, 0, &got, NULL, DEADLINE_NOW));
	EXPECT_EQ(got.words.w[0], 11);
	EXPECT_EQ(got.cookie, 2);
	end(1, first, 5);
	EXPECT_OK(os_receive(second, &got, NULL, DEADLINE_NOW));
	EXPECT_EQ(got.words.w[0], 20);
	end(0, second, 6);
}

TEST(forward_receive, of_a_sender_that_has_gone_only_receives)
{
	receive_of(2);
	got.id += 1ull << 40;
	EXPECT_OK(os_forward_receive(first, onward, 0, &got, NULL, DEADLINE_NOW));
	EXPECT_EQ(got.words.w[0], 11);
	end(1, first, 5);
}

TEST(forward_receive, that_is_refused_leaves_the_message)
{
	cap_t dead;
	uint64_t number;

	receive_of(1);
	dead = kit_connect_number(second, 3, &number);
	EXPECT_OK(os_sever(second, number));
	EXPECT_ERR(forward_receive, ESRVDEAD, os_forward_receive(first, dead, 0, &got, NULL, DEADLINE_NOW));
	got.id = 0;
	EXPECT_ERR(forward_receive, EINVAL, os_forward_receive(first, onward, 1, &got, NULL, DEADLINE_NOW));
	got.id = 0;
	EXPECT_EQ(os_forward_receive(first, kit_slot(), 0, &got, NULL, DEADLINE_NOW), -EBADF);
	end(0, first, 4);
}

TEST(forward_receive, then_waits_as_receive_does)
{
	receive_of(1);
	EXPECT_ERR(forward_receive, EAGAIN, os_forward_receive(first, onward, 0, &got, NULL, DEADLINE_NOW));
	got.id = 0;
	EXPECT_ERR(forward_receive, ETIMEDOUT, os_forward_receive(first, onward, 0, &got, NULL, os_in_ns(OS_MS)));
	EXPECT_OK(os_receive(second, &got, NULL, DEADLINE_NOW));
	EXPECT_EQ(got.words.w[0], 10);
	end(0, second, 3);
}

TEST(forward_receive, reads_its_descriptor_behind_the_message)
{
	receive_of(1);
	server.desc = (struct message_desc){.receive_count = 65};
	EXPECT_ERR(forward_receive, E2BIG, os_forward_receive(first, onward, 0, &got, &server.desc, DEADLINE_NOW));
	got.id = 0;
	EXPECT_ERR(forward_receive, EFAULT,
		   os_forward_receive(first, onward, 0, &got, (struct message_desc *)KIT_VA, DEADLINE_NOW));
	EXPECT_OK(os_receive(second, &got, NULL, DEADLINE_NOW));
	end(0, second, 3);
}

TEST(forward_receive, has_a_limit_of_hops)
{
	int64_t answer = -EAGAIN;
	unsigned hops;
	cap_t back;

	receive_of(1);
	back = kit_connect(first, 1);
	for (hops = 0; hops < 20 && answer == -EAGAIN; hops++) {
		got.id = 0;
		answer = os_forward_receive(hops % 2 ? second : first, hops % 2 ? back : onward, 0, &got, NULL,
					    DEADLINE_NOW);
		if (answer == -EAGAIN)
			EXPECT_OK(os_receive(hops % 2 ? first : second, &got, NULL, DEADLINE_NOW));
	}
	EXPECT_ERR(forward_receive, ELOOP, answer);
	EXPECT_EQ(hops, MESSAGE_HOPS_MAX + 1);
	end(0, hops % 2 ? first : second, 1);
}

static struct divert_area area;
static int64_t relayed;

static void on_divert(uint64_t bits, struct divert_area *a) { os_thread_undivert(); }

static void relay_once(void *arg)
{
	struct os_received r = {.id = 0};

	relayed = os_forward_receive(first, onward, 0, &r, NULL, DEADLINE_FOREVER);
}

TEST(forward_receive, ends_by_interruption)
{
	struct kit_thread *t = kit_thread_with(&(struct kit_how){.stopped = true}, relay_once, NULL);

	first = kit_endpoint();
	second = kit_endpoint();
	onward = kit_connect(second, 2);
	area.busy = 0;
	EXPECT_OK(os_thread_set_divert(t->cap, (uint64_t)on_divert, (uint64_t)&area));
	EXPECT_OK(kit_thread_go(t));
	EXPECT(kit_wait_state(t, THREAD_RECEIVE));
	EXPECT_OK(os_thread_divert(t->cap, 1, DIVERT_INTERRUPT));
	EXPECT(kit_join(t));
	EXPECT_ERR(forward_receive, EINTR, relayed);
}

/* ---- descriptors for later ---- */

static void send_data(uint64_t bytes)
{
	client.desc = (struct message_desc){.send_count = 1};
	client.desc.piece[0] = (struct message_piece){(uint64_t)data, bytes};
	call[0] = (struct call){.cap = kit_connect(first, 1), .desc = &client.desc};
	sender[0] = kit_thread(send, &call[0]);
}

static int64_t taken;
static const struct message_desc *taker_desc;

static void take(void *arg)
{
	taken = os_receive(first, &got, taker_desc, DEADLINE_FOREVER);
	kit_reply(first, 0, 9, 0);
}

TEST(desc_accepts, is_read_when_data_comes)
{
	struct kit_thread *t;

	first = kit_endpoint();
	memset(buffer, 0, sizeof(buffer));
	server.desc = (struct message_desc){.receive_count = 65}; /* nobody looks yet */
	taker_desc = os_accepts(&server.desc);
	t = kit_thread(take, NULL);
	EXPECT(kit_wait_state(t, THREAD_RECEIVE));
	server.desc = (struct message_desc){.receive_count = 1};
	server.desc.piece[0] = (struct message_piece){(uint64_t)buffer, sizeof(buffer)};
	send_data(22);
	EXPECT(kit_join(t));
	EXPECT(kit_join(sender[0]));
	EXPECT_EQ(INFO_LENGTH(taken), 22);
	EXPECT_EQ(memcmp(buffer, data, 22), 0);
	EXPECT_EQ(call[0].answer, 9);
}

/* Who waits with the descriptor D, which is bad, learns of it when data comes; the message waits for another. */
static void expect_bad(const struct message_desc *d, int64_t want)
{
	struct kit_thread *t;

	first = kit_endpoint();
	taker_desc = os_accepts(d);
	t = kit_thread(take, NULL);
	EXPECT(kit_wait_state(t, THREAD_RECEIVE));
	send_data(22);
	EXPECT(kit_join(t));
	EXPECT_EQ(taken, want);
	EXPECT_EQ(kit_state(sender[0]), THREAD_SEND);
	EXPECT_OK(os_receive(first, &got, NULL, DEADLINE_NOW));
	end(0, first, 8);
}

TEST(desc_accepts, that_is_bad_is_told_to_who_stated_it)
{
	server.desc = (struct message_desc){.receive_count = 65};
	expect_bad(&server.desc, -E2BIG);
	expect_bad((struct message_desc *)KIT_VA, -EFAULT);
	expect_bad((struct message_desc *)((char *)&server + 8), -EINVAL);
}

static cap_t land;

/* A client that accepts a capability by descriptor D, and a server whose reply gives one. */
static void give_to(const struct message_desc *d)
{
	struct message_desc gift = {.give_count = 1, .give = {kit_event()}};
	struct os_words words = {{0}};

	first = kit_endpoint();
	call[0] = (struct call){.cap = kit_connect(first, 1), .desc = os_accepts(d)};
	sender[0] = kit_thread(send, &call[0]);
	EXPECT_OK(os_receive(first, &got, NULL, os_in_ns(KIT_WAIT_NS)));
	EXPECT_EQ(INFO_LENGTH(got.info), 0);
	EXPECT_EQ(os_msg_read(first, got.id, 0, (uint64_t)&gift), 0);
	EXPECT_OK(os_reply(first, got.id, 6, &words, &gift));
	EXPECT(kit_join(sender[0]));
	EXPECT_EQ(call[0].answer, 6);
}

static uint64_t type_of(cap_t slot)
{
	struct os_words out;

	return os_cspace_info(CAP_SELF_CSPACE, slot, &out) < 0 ? OBJ_NONE : out.w[0] & 0xff;
}

TEST(desc_accepts, of_a_sender_is_read_for_the_reply)
{
	land = kit_slot();
	client.desc = (struct message_desc){.accept_count = 1, .land_min = land, .land_max = land};
	give_to(&client.desc);
	EXPECT_EQ(client.desc.landed[0], land);
	EXPECT_EQ(type_of(land), OBJ_EVENT);
}

TEST(desc_accepts, of_a_sender_that_is_bad_accepts_nothing)
{
	land = kit_slot();
	client.desc = (struct message_desc){.send_count = 1, .accept_count = 1, .land_min = land, .land_max = land};
	give_to(&client.desc);
	EXPECT_EQ(type_of(land), OBJ_NONE);
	client.desc = (struct message_desc){.accept_count = 5};
	give_to(&client.desc);
	give_to((struct message_desc *)((char *)&client + 8));
	give_to((struct message_desc *)0xffff800000000000);
}

TEST(desc_accepts, of_a_sender_takes_data_as_well)
{
	struct message_desc *d = &client.desc;
	struct os_words words = {{0}};

	first = kit_endpoint();
	memset(buffer, 0, sizeof(buffer));
	*d = (struct message_desc){.receive_count = 1};
	d->piece[0] = (struct message_piece){(uint64_t)buffer, sizeof(buffer)};
	server.desc = (struct message_desc){.send_count = 1};
	server.desc.piece[0] = (struct message_piece){(uint64_t)data, 22};
	call[0] = (struct call){.cap = kit_connect(first, 1), .desc = os_accepts(d)};
	sender[0] = kit_thread(send, &call[0]);
	EXPECT_OK(os_receive(first, &got, NULL, os_in_ns(KIT_WAIT_NS)));
	EXPECT_EQ(os_msg_write(first, got.id, 30, (uint64_t)&server), 22);
	EXPECT_OK(os_reply(first, got.id, 22, &words, &server.desc));
	EXPECT(kit_join(sender[0]));
	EXPECT_EQ(memcmp(buffer, data, 22), 0);
	EXPECT_EQ(memcmp(buffer + 30, data, 22), 0);
}
