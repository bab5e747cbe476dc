/* SPDX-License-Identifier: 0BSD */
/* endpoint.c: endpoints themselves: feeding, configuring, dying. */
#include "lib/kit.h"

#define SELF CAP_SELF_CSPACE

struct call {
	cap_t cap;
	int64_t answer;
};

static void send(void *arg)
{
	struct call *c = arg;

	c->answer = kit_send(c->cap, 1, 2, NULL);
}

static void receive(void *arg)
{
	struct call *c = arg;
	struct os_received r;

	c->answer = os_receive(c->cap, &r, NULL, DEADLINE_FOREVER);
}

static void reply_receive(void *arg)
{
	struct call *c = arg;
	struct os_received r = {0};

	c->answer = os_reply_receive(c->cap, 0, &r, NULL, DEADLINE_FOREVER);
}

TEST(endpoint, its_end_tells_all_senders)
{
	cap_t endpoint = kit_endpoint();
	struct call queued = {.cap = kit_connect(endpoint, 1)}, received = {.cap = queued.cap};
	struct kit_thread *first = kit_thread(send, &received);
	struct kit_thread *second;
	struct os_received r;

	ASSERT_OK(os_receive(endpoint, &r, NULL, os_in_ns(KIT_WAIT_NS)));
	second = kit_thread(send, &queued);
	EXPECT(kit_wait_state(second, THREAD_SEND));
	EXPECT(kit_wait_state(first, THREAD_REPLY));
	EXPECT_OK(os_cspace_delete(SELF, endpoint));
	EXPECT(kit_join(first));
	EXPECT(kit_join(second));
	EXPECT_ERR(send, ESRVDEAD, received.answer);
	EXPECT_ERR(send, ESRVDEAD, queued.answer);
}

TEST(endpoint, losing_the_last_receive_right_tells_all_senders)
{
	cap_t endpoint = kit_endpoint();
	cap_t manage = kit_copy(endpoint, RIGHT_ENDPOINT_CONNECT | RIGHT_ENDPOINT_MANAGE);
	struct call c = {.cap = kit_connect(endpoint, 1)};
	struct kit_thread *t = kit_thread(send, &c);
	struct os_words out;

	EXPECT(kit_wait_state(t, THREAD_SEND));
	EXPECT_OK(os_cspace_delete(SELF, endpoint));
	EXPECT(kit_join(t));
	EXPECT_ERR(send, ESRVDEAD, c.answer);
	EXPECT_ERR(send, ESRVDEAD, kit_send(c.cap, 0, 0, NULL));
	EXPECT_ERR(connect, ESRVDEAD, os_connect(manage, 1, kit_slot(), kit_slot(), 0, &out));
}

TEST(endpoint, its_end_tells_all_receivers)
{
	cap_t endpoint = kit_endpoint();
	cap_t weak = kit_copy(endpoint, RIGHT_ENDPOINT_RECEIVE);
	struct call a = {.cap = endpoint}, b = {.cap = weak};
	struct kit_thread *t = kit_thread(receive, &a);
	struct kit_thread *u = kit_thread(reply_receive, &b);

	EXPECT(kit_wait_state(t, THREAD_RECEIVE));
	EXPECT(kit_wait_state(u, THREAD_RECEIVE));
	EXPECT_OK(os_cspace_delete(SELF, endpoint));
	EXPECT_EQ(kit_state(u), THREAD_RECEIVE);
	EXPECT_OK(os_cspace_delete(SELF, weak));
	EXPECT(kit_join(t));
	EXPECT(kit_join(u));
	EXPECT_ERR(receive, ESRVDEAD, a.answer);
	EXPECT_ERR(reply_receive, ESRVDEAD, b.answer);
}

TEST(endpoint, feed_refuses)
{
	cap_t endpoint = kit_bare_endpoint();
	cap_t untyped = kit_make(OBJ_UNTYPED, 13);
	cap_t part = kit_slot();

	EXPECT_ERR(endpoint_feed, EBADF, os_endpoint_feed(endpoint, kit_event()));
	EXPECT_ERR(endpoint_feed, EINVAL, os_endpoint_feed(endpoint, kit_make(OBJ_UNTYPED, 10)));
	EXPECT_OK(os_untyped_retype(untyped, OBJ_UNTYPED, 12, 1, SELF, part));
	EXPECT_ERR(endpoint_feed, EBUSY, os_endpoint_feed(endpoint, untyped));
	for (unsigned i = 0; i < 16; i++)
		EXPECT_OK(os_endpoint_feed(endpoint, kit_make(OBJ_UNTYPED, 12)));
	EXPECT_ERR(endpoint_feed, ENOSPC, os_endpoint_feed(endpoint, part));
}

TEST(endpoint, a_full_pool_asks_for_memory)
{
	cap_t endpoint = kit_bare_endpoint();
	struct os_words out;
	unsigned made = 0;

	EXPECT_ERR(connect, ENOMEM, os_connect(endpoint, 1, kit_slot(), kit_slot(), 0, &out));
	EXPECT_EQ(out.w[0], 1);
	EXPECT_OK(os_endpoint_feed(endpoint, kit_make(OBJ_UNTYPED, 12)));
	for (;;) {
		cap_t slot = kit_slot();

		if (os_connect(endpoint, made, slot, slot, 0, &out) < 0)
			break;
		made++;
	}
	EXPECT(made >= 15 && made <= 16);
}

TEST(endpoint, revoking_its_pool_ends_it)
{
	cap_t endpoint = kit_bare_endpoint();
	cap_t pool = kit_make(OBJ_UNTYPED, 12);
	struct call c;
	struct kit_thread *t;

	EXPECT_OK(os_endpoint_feed(endpoint, pool));
	c.cap = kit_connect(endpoint, 1);
	t = kit_thread(send, &c);
	EXPECT(kit_wait_state(t, THREAD_SEND));
	EXPECT_OK(os_cspace_revoke(SELF, pool));
	EXPECT(kit_join(t));
	EXPECT_ERR(send, ESRVDEAD, c.answer);
	EXPECT_OK(os_untyped_reset(pool));
}

TEST(endpoint, configure_refuses)
{
	cap_t endpoint = kit_bare_endpoint();
	cap_t sched = kit_make(OBJ_SCHED, 9), other = kit_make(OBJ_SCHED, 9);
	cap_t weak = kit_copy(sched, RIGHT_SCHED_QUERY);

	EXPECT_ERR(endpoint_configure, EBADF, os_endpoint_configure(endpoint, 0, kit_slot(), 1));
	EXPECT_ERR(endpoint_configure, EACCES, os_endpoint_configure(endpoint, 0, weak, 1));
	EXPECT_ERR(endpoint_configure, EINVAL, os_endpoint_configure(endpoint, 0x80, CAP_NONE, 1));
	EXPECT_ERR(endpoint_configure, EINVAL, os_endpoint_configure(endpoint, 0, CAP_NONE, 256));
	EXPECT_OK(os_endpoint_configure(endpoint, 0, sched, 1));
	EXPECT_ERR(endpoint_configure, EBUSY, os_endpoint_configure(endpoint, 0, other, 1));
	EXPECT_ERR(endpoint_configure, EBUSY, os_endpoint_configure(kit_bare_endpoint(), 0, sched, 1));
}

TEST(endpoint, any_of_several_receivers_takes_a_message)
{
	cap_t endpoint = kit_endpoint();
	struct call c[12], s = {.cap = kit_connect(endpoint, 1)};
	struct kit_thread *t[12];
	unsigned done = 0;

	for (unsigned i = 0; i < 12; i++) {
		c[i].cap = endpoint;
		t[i] = kit_thread(receive, &c[i]);
		EXPECT(kit_wait_state(t[i], THREAD_RECEIVE));
	}
	kit_thread(send, &s);
	kit_pause();
	kit_pause();
	for (unsigned i = 0; i < 12; i++)
		done += t[i]->done;
	EXPECT_EQ(done, 1);
}

TEST(endpoint, priority_of_its_queue_follows_base_priority_when_sent)
{
	cap_t endpoint = kit_endpoint();
	struct call c = {.cap = kit_connect(endpoint, 1)};
	struct kit_thread *t = kit_thread_with(&(struct kit_how){.priority = 140}, send, &c);
	struct os_received r;

	EXPECT(kit_wait_state(t, THREAD_SEND));
	EXPECT_OK(os_receive(endpoint, &r, NULL, DEADLINE_NOW));
	EXPECT_EQ(INFO_PRIORITY(r.info), 140);
	/* Who works on it is as urgent. */
	{
		struct os_words out;

		EXPECT_OK(os_thread_info(BOOT_SLOT_THREAD, &out));
		EXPECT_EQ(out.w[THREAD_INFO_PRIORITY], 140);
		EXPECT_OK(kit_reply(endpoint, 0, 0, 0));
		EXPECT_OK(os_thread_info(BOOT_SLOT_THREAD, &out));
		EXPECT_EQ(out.w[THREAD_INFO_PRIORITY], KIT_PRIORITY);
	}
	EXPECT(kit_join(t));
}

TEST(endpoint, its_end_is_known_to_more_servers_than_are_registered)
{
	cap_t memory = kit_make(OBJ_UNTYPED, 14), place = kit_slot();
	struct kit_thread *last = NULL;
	struct os_words out;

	ASSERT_OK(os_untyped_retype(memory, OBJ_ENDPOINT, 10, 1, CAP_SELF_CSPACE, place));
	for (unsigned i = 0; i < 10; i++)
		last = kit_thread_with(&(struct kit_how){.serves = place, .stopped = true}, NULL, NULL);
	ASSERT_OK(os_cspace_revoke(CAP_SELF_CSPACE, memory));
	ASSERT_OK(os_untyped_reset(memory));
	/* Where it was is other memory now. */
	ASSERT_OK(os_untyped_retype(memory, OBJ_EXTENT, 12, 1, CAP_SELF_CSPACE, place));
	ASSERT_OK(os_extent_map(place, CAP_SELF_VSPACE, KIT_VA, 0, 1, PROT_READ | PROT_WRITE));
	for (unsigned i = 0; i < 512; i++)
		((volatile uint64_t *)KIT_VA)[i] = 0x7fff000000000000;
	EXPECT_OK(kit_thread_go(last));
	EXPECT_OK(os_thread_info(last->cap, &out));
	EXPECT_EQ(out.w[THREAD_INFO_STATE], THREAD_READY);
	EXPECT_EQ(out.w[THREAD_INFO_STARVED], 1);
}
