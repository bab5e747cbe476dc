/* SPDX-License-Identifier: 0BSD */
/* ending.c: how messages end without a reply: deadlines, interruption, notices, withdrawal,
 * deadlock. */
#include "lib/kit.h"

#define SELF CAP_SELF_CSPACE

static cap_t endpoint;
static struct os_received got;

struct call {
	cap_t cap;
	uint64_t deadline_ns;
	unsigned flags;
	int64_t answer;
};

static void send(void *arg)
{
	struct call *c = arg;

	c->answer = kit_send_until(c->cap, 1, c->deadline_ns, c->flags);
}

static void receive(void *arg)
{
	struct call *c = arg;
	struct os_received r;

	c->answer = os_receive(c->cap, &r, NULL, c->deadline_ns);
}

static void reply_receive(void *arg)
{
	struct call *c = arg;
	struct os_received r = {0};

	c->answer = os_reply_receive(c->cap, 0, &r, NULL, c->deadline_ns);
}

static struct divert_area area;

static void on_divert(uint64_t bits, struct divert_area *a) { os_thread_undivert(); }

static struct kit_thread *interruptible(void (*run)(void *), struct call *c)
{
	struct kit_thread *t = kit_thread_with(&(struct kit_how){.stopped = true}, run, c);

	area.busy = 0;
	EXPECT_OK(os_thread_set_divert(t->cap, (uint64_t)on_divert, (uint64_t)&area));
	EXPECT_OK(kit_thread_go(t));
	return t;
}

static int64_t next(void) { return os_receive(endpoint, &got, NULL, DEADLINE_NOW); }

TEST(ending, a_queued_message_is_withdrawn_by_its_deadline)
{
	cap_t connection;
	uint64_t until;

	endpoint = kit_endpoint();
	connection = kit_connect(endpoint, 1);
	until = os_in_ns(3 * OS_MS);
	EXPECT_ERR(send, ETIMEDOUT, kit_send_until(connection, 0, until, 0));
	EXPECT(os_now_ns() >= until);
	EXPECT_ERR(receive, EAGAIN, next());
	EXPECT_ERR(send, ETIMEDOUT, kit_send_until(connection, 0, 1, 0));
}

TEST(ending, receives_end_at_their_deadline)
{
	uint64_t until = os_in_ns(3 * OS_MS);

	endpoint = kit_endpoint();
	EXPECT_ERR(receive, ETIMEDOUT, os_receive(endpoint, &got, NULL, until));
	EXPECT(os_now_ns() >= until);
	EXPECT_ERR(receive, ETIMEDOUT, os_receive(endpoint, &got, NULL, 1));
	got.id = 0;
	EXPECT_ERR(reply_receive, ETIMEDOUT, os_reply_receive(endpoint, 0, &got, NULL, os_in_ns(OS_MS)));
}

TEST(ending, waits_end_by_interruption)
{
	struct call c[3];
	struct kit_thread *t;

	endpoint = kit_endpoint();
	c[0] = (struct call){.cap = kit_connect(endpoint, 1), .deadline_ns = DEADLINE_FOREVER};
	c[1] = c[2] = (struct call){.cap = kit_endpoint(), .deadline_ns = DEADLINE_FOREVER};
	t = interruptible(send, &c[0]);
	EXPECT(kit_wait_state(t, THREAD_SEND));
	EXPECT_OK(os_thread_divert(t->cap, 1, DIVERT_INTERRUPT));
	EXPECT(kit_join(t));
	EXPECT_ERR(send, EINTR, c[0].answer);
	EXPECT_ERR(receive, EAGAIN, next());
	t = interruptible(receive, &c[1]);
	EXPECT(kit_wait_state(t, THREAD_RECEIVE));
	EXPECT_OK(os_thread_divert(t->cap, 1, DIVERT_INTERRUPT));
	EXPECT(kit_join(t));
	EXPECT_ERR(receive, EINTR, c[1].answer);
	t = interruptible(reply_receive, &c[2]);
	EXPECT(kit_wait_state(t, THREAD_RECEIVE));
	EXPECT_OK(os_thread_divert(t->cap, 1, DIVERT_INTERRUPT));
	EXPECT(kit_join(t));
	EXPECT_ERR(reply_receive, EINTR, c[2].answer);
}

/* The sender of a message that we have received before its deadline: later when the host has kept us from that. */
static struct kit_thread *send_and_receive(struct call *c)
{
	struct kit_thread *t;
	uint64_t ns = 20 * OS_MS;

	do {
		c->deadline_ns = os_in_ns(ns);
		t = kit_thread(send, c);
		ns *= 2;
	} while (os_receive(endpoint, &got, NULL, c->deadline_ns) < 0 && EXPECT(ns < 2 * KIT_WAIT_NS));
	return t;
}

TEST(ending, a_received_message_is_withdrawn_and_the_server_told_to_sweep)
{
	struct call c;
	struct kit_thread *t;

	endpoint = kit_endpoint();
	c = (struct call){.cap = kit_connect(endpoint, 1)};
	t = send_and_receive(&c);
	EXPECT(!(got.info & (int64_t)INFO_ABANDONED));
	EXPECT(kit_join(t));
	EXPECT_ERR(send, ETIMEDOUT, c.answer);
	EXPECT_ERR(reply, ESRCH, kit_reply(endpoint, got.id, 0, 0));
	c.deadline_ns = DEADLINE_FOREVER;
	t = kit_thread(send, &c);
	ASSERT_OK(os_receive(endpoint, &got, NULL, os_in_ns(KIT_WAIT_NS)));
	EXPECT(got.info & (int64_t)INFO_ABANDONED);
	EXPECT_OK(kit_reply(endpoint, got.id, 0, 0));
	EXPECT(kit_join(t));
}

TEST(ending, with_unblock_the_server_decides)
{
	struct call c;
	struct kit_thread *t;
	uint64_t id;

	endpoint = kit_endpoint();
	EXPECT_OK(os_endpoint_configure(endpoint, ENDPOINT_UNBLOCK, CAP_NONE, KIT_PRIORITY));
	c = (struct call){.cap = kit_connect(endpoint, 0x33), .deadline_ns = DEADLINE_FOREVER};
	t = interruptible(send, &c);
	ASSERT_OK(os_receive(endpoint, &got, NULL, os_in_ns(KIT_WAIT_NS)));
	id = got.id;
	EXPECT_OK(os_thread_divert(t->cap, 1, DIVERT_INTERRUPT));
	ASSERT_OK(next());
	EXPECT_EQ(INFO_KIND(got.info), MESSAGE_NOTICE);
	EXPECT_EQ(got.id, id);
	EXPECT_EQ(got.words.w[0], NOTICE_UNBLOCK);
	EXPECT_EQ(kit_state(t), THREAD_REPLY);
	EXPECT_OK(kit_reply(endpoint, id, 17, 0));
	EXPECT(kit_join(t));
	EXPECT_EQ(c.answer, 17);
}

TEST(ending, with_unblock_a_deadline_is_told_too)
{
	struct call c;
	struct kit_thread *t;
	uint64_t id;

	endpoint = kit_endpoint();
	EXPECT_OK(os_endpoint_configure(endpoint, ENDPOINT_UNBLOCK, CAP_NONE, KIT_PRIORITY));
	c = (struct call){.cap = kit_connect(endpoint, 1)};
	t = send_and_receive(&c);
	id = got.id;
	ASSERT_OK(os_receive(endpoint, &got, NULL, os_in_ns(KIT_WAIT_NS)));
	EXPECT_EQ(INFO_KIND(got.info), MESSAGE_NOTICE);
	EXPECT_OK(kit_reply(endpoint, id, 3, 0));
	EXPECT(kit_join(t));
	EXPECT_EQ(c.answer, 3);
}

TEST(ending, abandon_withdraws_in_spite_of_unblock)
{
	struct call c;
	struct kit_thread *t;

	endpoint = kit_endpoint();
	EXPECT_OK(os_endpoint_configure(endpoint, ENDPOINT_UNBLOCK, CAP_NONE, KIT_PRIORITY));
	c = (struct call){.cap = kit_connect(endpoint, 1), .flags = SEND_ABANDON};
	t = send_and_receive(&c);
	EXPECT(kit_join(t));
	EXPECT_ERR(send, ETIMEDOUT, c.answer);
	EXPECT_ERR(reply, ESRCH, kit_reply(endpoint, got.id, 0, 0));
}

TEST(ending, a_killed_sender_takes_its_message_along)
{
	struct call c;
	struct kit_thread *t;

	endpoint = kit_endpoint();
	EXPECT_OK(os_endpoint_configure(endpoint, ENDPOINT_UNBLOCK, CAP_NONE, KIT_PRIORITY));
	c = (struct call){.cap = kit_connect(endpoint, 1), .deadline_ns = DEADLINE_FOREVER};
	t = kit_thread(send, &c);
	EXPECT(kit_wait_state(t, THREAD_SEND));
	EXPECT_OK(os_cspace_delete(SELF, t->cap));
	EXPECT_ERR(receive, EAGAIN, next());
	t = kit_thread(send, &c);
	ASSERT_OK(os_receive(endpoint, &got, NULL, os_in_ns(KIT_WAIT_NS)));
	EXPECT_OK(os_cspace_delete(SELF, t->cap));
	EXPECT_ERR(reply, ESRCH, kit_reply(endpoint, got.id, 0, 0));
}

static struct call back;

static void serve_by_asking_back(void *arg)
{
	struct os_received r;

	os_receive(*(cap_t *)arg, &r, NULL, DEADLINE_FOREVER);
	back.answer = kit_send_until(back.cap, 0, DEADLINE_FOREVER, 0);
	kit_reply(*(cap_t *)arg, r.id, 8, 0);
}

TEST(ending, a_cycle_of_waits_is_a_deadlock)
{
	static cap_t a, b;
	struct kit_thread *t;

	a = kit_endpoint();
	b = kit_endpoint();
	/* We are the only server of b and send to a's, which sends to b. */
	EXPECT_ERR(receive, EAGAIN, os_receive(b, &got, NULL, DEADLINE_NOW));
	back.cap = kit_connect(b, 1);
	t = kit_thread(serve_by_asking_back, &a);
	EXPECT(kit_wait_state(t, THREAD_RECEIVE));
	EXPECT_EQ(kit_send_until(kit_connect(a, 1), 0, DEADLINE_FOREVER, 0), 8);
	EXPECT_ERR(send, EDEADLK, back.answer);
	EXPECT(kit_join(t));
}

TEST(ending, sending_to_oneself_is_a_deadlock)
{
	endpoint = kit_endpoint();
	EXPECT_ERR(receive, EAGAIN, next());
	EXPECT_ERR(send, EDEADLK, kit_send_until(kit_connect(endpoint, 1), 0, DEADLINE_FOREVER, 0));
}
