/* SPDX-License-Identifier: 0BSD */
/* connection.c: a client's end of an endpoint, as client and server see it. */
#include "lib/kit.h"

#include <abi/poll.h>

#define SELF CAP_SELF_CSPACE

static int64_t connect_into(cap_t endpoint, cap_t min, cap_t max, uint32_t flags)
{
	struct os_words out;

	return os_connect(endpoint, 1, min, max, flags, &out);
}

/* Takes the next pulse or message; its kind, or a negated error. */
static int64_t next_kind(cap_t endpoint, struct os_received *r)
{
	int64_t info = os_receive(endpoint, r, NULL, DEADLINE_NOW);

	return info < 0 ? info : (int64_t)INFO_KIND(info);
}

TEST(connection, connect_lands_in_the_lowest_free_slot)
{
	cap_t endpoint = kit_endpoint();
	cap_t first = kit_slots(4);

	EXPECT_EQ(connect_into(endpoint, first, first + 1, 0), first);
	EXPECT_EQ(connect_into(endpoint, first, first + 1, SLOT_CLOEXEC), first + 1);
	EXPECT_ERR(connect, EMFILE, connect_into(endpoint, first, first + 1, 0));
	EXPECT_EQ(os_cspace_flags(SELF, first + 1, 0), SLOT_CLOEXEC);
}

TEST(connection, connect_refuses)
{
	cap_t endpoint = kit_endpoint();
	cap_t slot = kit_slot();

	EXPECT_ERR(connect, EINVAL, connect_into(endpoint, slot, slot, 0x80));
	EXPECT_ERR(connect, EINVAL, connect_into(endpoint, slot + 1, slot, 0));
}

TEST(connection, identify_tells_cookie_and_number)
{
	cap_t endpoint = kit_endpoint(), other = kit_endpoint();
	uint64_t number;
	cap_t connection = kit_connect_number(endpoint, 0xabcdef, &number);
	struct os_words out;

	ASSERT_OK(os_identify(endpoint, kit_copy(connection, RIGHTS_ALL), &out));
	EXPECT_EQ(out.w[0], 0xabcdef);
	EXPECT_EQ(out.w[1], number);
	EXPECT_ERR(identify, EBADF, os_identify(endpoint, kit_slot(), &out));
	EXPECT_ERR(identify, ESRCH, os_identify(other, connection, &out));
	EXPECT_ERR(identify, ESRCH, os_identify(endpoint, endpoint, &out));
}

TEST(connection, set_cookie_changes_what_messages_carry)
{
	cap_t endpoint = kit_endpoint();
	uint64_t number;
	cap_t connection = kit_connect_number(endpoint, 1, &number);
	struct os_words out;

	EXPECT_OK(os_set_cookie(endpoint, number, 2));
	ASSERT_OK(os_identify(endpoint, connection, &out));
	EXPECT_EQ(out.w[0], 2);
	EXPECT_ERR(set_cookie, ESRCH, os_set_cookie(endpoint, number ^ 1ull << 50, 2));
	EXPECT_ERR(set_cookie, ESRCH, os_set_cookie(kit_endpoint(), number, 2));
	EXPECT_ERR(set_cookie, ESRCH, os_set_cookie(endpoint, 0, 2));
}

TEST(connection, the_last_capability_gone_is_told_once_and_last)
{
	cap_t endpoint = kit_endpoint();
	uint64_t number;
	cap_t connection = kit_connect_number(endpoint, 0x77, &number);
	cap_t copy = kit_copy(connection, RIGHTS_ALL);
	struct os_received r;

	EXPECT_OK(os_cspace_delete(SELF, connection));
	EXPECT_ERR(receive, EAGAIN, next_kind(endpoint, &r));
	EXPECT_OK(os_cspace_delete(SELF, copy));
	EXPECT_EQ(next_kind(endpoint, &r), MESSAGE_DISCONNECT);
	EXPECT_EQ(r.cookie, 0x77);
	EXPECT_EQ(r.id, number);
	EXPECT_ERR(receive, EAGAIN, next_kind(endpoint, &r));
}

TEST(connection, rearm_makes_a_disconnected_one_new)
{
	cap_t endpoint = kit_endpoint();
	uint64_t number;
	cap_t connection = kit_connect_number(endpoint, 1, &number);
	struct os_received r;
	struct os_words out;

	EXPECT_ERR(rearm, EBUSY, os_rearm(endpoint, number, 2));
	EXPECT_OK(os_cspace_delete(SELF, connection));
	/* The pulse was not taken yet. */
	EXPECT_ERR(rearm, EBUSY, os_rearm(endpoint, number, 2));
	EXPECT_EQ(next_kind(endpoint, &r), MESSAGE_DISCONNECT);
	EXPECT_OK(os_rearm(endpoint, number, 2));
	EXPECT_ERR(rearm, ESRCH, os_rearm(endpoint, number + 12345678, 2));
	EXPECT_OK(os_connection_open(endpoint, number, connection, connection, 0));
	ASSERT_OK(os_identify(endpoint, connection, &out));
	EXPECT_EQ(out.w[0], 2);
}

TEST(connection, open_refuses)
{
	cap_t endpoint = kit_endpoint();
	uint64_t number;
	cap_t connection = kit_connect_number(endpoint, 1, &number);
	cap_t slot = kit_slot();
	struct os_received r;

	EXPECT_ERR(connection_open, EMFILE, os_connection_open(endpoint, number, connection, connection, 0));
	EXPECT_ERR(connection_open, EINVAL, os_connection_open(endpoint, number, slot, slot, 0x80));
	EXPECT_ERR(connection_open, EINVAL, os_connection_open(endpoint, number, slot + 1, slot, 0));
	EXPECT_ERR(connection_open, ESRCH, os_connection_open(endpoint, number + 9, slot, slot, 0));
	EXPECT_EQ(os_connection_open(endpoint, number, slot, slot, 0), slot);
	EXPECT_OK(os_cspace_delete(SELF, slot));
	EXPECT_OK(os_cspace_delete(SELF, connection));
	EXPECT_EQ(next_kind(endpoint, &r), MESSAGE_DISCONNECT);
	EXPECT_ERR(connection_open, ESRCH, os_connection_open(endpoint, number, slot, slot, 0));
}

static int64_t answers[2];
static uint64_t given_number;

static void open_in_a_full_table(void *arg)
{
	struct os_words out;

	answers[0] = os_connect(1, 7, 128, 200, 0, &out);
	answers[1] = os_connection_open(1, given_number, 128, 200, 0);
}

TEST(connection, a_slot_may_need_memory)
{
	cap_t endpoint = kit_endpoint();
	cap_t cspace = kit_small_cspace(&endpoint, 1);

	kit_connect_number(endpoint, 1, &given_number);
	EXPECT(kit_join(kit_thread_with(&(struct kit_how){.cspace = cspace}, open_in_a_full_table, NULL)));
	EXPECT_ERR(connect, ENOMEM, answers[0]);
	EXPECT_ERR(connection_open, ENOMEM, answers[1]);
}

struct call {
	cap_t cap;
	int64_t answer;
};

static void send(void *arg)
{
	struct call *c = arg;

	c->answer = kit_send(c->cap, 1, 2, NULL);
}

TEST(connection, sever_cuts_clients_off)
{
	cap_t endpoint = kit_endpoint();
	uint64_t number;
	struct call queued = {.cap = kit_connect_number(endpoint, 1, &number)};
	struct call other = {.cap = kit_connect(endpoint, 2)};
	struct kit_thread *t = kit_thread(send, &queued), *u = kit_thread(send, &other);
	struct os_received r;

	EXPECT(kit_wait_state(t, THREAD_SEND));
	EXPECT(kit_wait_state(u, THREAD_SEND));
	EXPECT_OK(os_sever(endpoint, number));
	EXPECT_ERR(send, ESRVDEAD, kit_send(queued.cap, 0, 0, NULL));
	/* The queued message is not delivered; the other connection's is. */
	ASSERT_OK(os_receive(endpoint, &r, NULL, DEADLINE_NOW));
	EXPECT_EQ(r.cookie, 2);
	EXPECT_OK(kit_reply(endpoint, r.id, 0, 0));
	EXPECT(kit_join(t));
	EXPECT(kit_join(u));
	EXPECT_ERR(send, ESRVDEAD, queued.answer);
	EXPECT_ERR(sever, ESRCH, os_sever(endpoint, number + 77));
}

TEST(connection, a_severed_one_is_rearmed_for_new_clients)
{
	cap_t endpoint = kit_endpoint();
	uint64_t number;
	cap_t connection = kit_connect_number(endpoint, 1, &number);
	cap_t slot = kit_slot();
	struct os_received r;

	EXPECT_OK(os_sever(endpoint, number));
	EXPECT_OK(os_cspace_delete(SELF, connection));
	EXPECT_EQ(next_kind(endpoint, &r), MESSAGE_DISCONNECT);
	EXPECT_OK(os_rearm(endpoint, number, 5));
	EXPECT_EQ(os_connection_open(endpoint, number, slot, slot, 0), slot);
	EXPECT_ERR(send, EAGAIN, kit_send_until(slot, 0, DEADLINE_NOW, 0));
}

static uint32_t mask_of(cap_t connection)
{
	struct poll_entry entry __attribute__((aligned(16))) = {.slot = connection, .mask = ~0u};

	EXPECT_OK(os_poll((uint64_t)&entry, 1));
	return entry.ready;
}

TEST(connection, ready_mask_is_set_cleared_and_polled)
{
	cap_t endpoint = kit_endpoint();
	uint64_t number;
	cap_t connection = kit_connect_number(endpoint, 1, &number);

	EXPECT_EQ(mask_of(connection), 0);
	EXPECT_OK(os_set_ready(endpoint, number, 7, 0));
	EXPECT_EQ(mask_of(connection), 7);
	EXPECT_OK(os_set_ready(endpoint, number, 8, 3));
	EXPECT_EQ(mask_of(connection), 12);
	EXPECT_ERR(set_ready, ESRCH, os_set_ready(endpoint, number + 3, 1, 0));
}

TEST(connection, a_watch_fires_once_when_a_bit_comes)
{
	cap_t endpoint = kit_endpoint(), mine = kit_endpoint();
	uint64_t number;
	cap_t connection = kit_connect_number(endpoint, 1, &number);
	cap_t event = kit_event_at(mine, 9, KIT_PRIORITY);
	struct os_received r;

	EXPECT_OK(os_event_watch(event, connection, 4, 0x10));
	EXPECT_OK(os_set_ready(endpoint, number, 3, 0));
	EXPECT_ERR(receive, EAGAIN, next_kind(mine, &r));
	EXPECT_OK(os_set_ready(endpoint, number, 4, 0));
	EXPECT_EQ(next_kind(mine, &r), MESSAGE_PULSE);
	EXPECT_EQ(r.cookie, 9);
	EXPECT_EQ(r.words.w[0], 0x10);
	EXPECT_OK(os_set_ready(endpoint, number, 0, 4));
	EXPECT_OK(os_set_ready(endpoint, number, 4, 0));
	EXPECT_ERR(receive, EAGAIN, next_kind(mine, &r));
	/* A bit that is set already fires at once. */
	EXPECT_OK(os_event_watch(event, connection, 4, 0x20));
	EXPECT_EQ(next_kind(mine, &r), MESSAGE_PULSE);
	EXPECT_EQ(r.words.w[0], 0x20);
}

TEST(connection, a_watch_can_be_stopped)
{
	cap_t endpoint = kit_endpoint(), mine = kit_endpoint();
	uint64_t number;
	cap_t connection = kit_connect_number(endpoint, 1, &number);
	cap_t event = kit_event_at(mine, 9, KIT_PRIORITY);
	struct os_received r;

	EXPECT_OK(os_event_watch(event, connection, 4, 1));
	EXPECT_OK(os_event_watch(event, connection, 0, 0));
	EXPECT_OK(os_set_ready(endpoint, number, 4, 0));
	EXPECT_ERR(receive, EAGAIN, next_kind(mine, &r));
}

TEST(connection, watch_refuses)
{
	cap_t endpoint = kit_endpoint();
	uint64_t number, other_number;
	cap_t connection = kit_connect_number(endpoint, 1, &number);
	cap_t other = kit_connect_number(endpoint, 2, &other_number);
	cap_t event = kit_event_at(endpoint, 9, KIT_PRIORITY);
	cap_t weak = kit_copy(connection, 0);
	struct os_received r;

	EXPECT_ERR(event_watch, EBADF, os_event_watch(event, kit_slot(), 1, 1));
	EXPECT_ERR(event_watch, EACCES, os_event_watch(event, weak, 1, 1));
	EXPECT_ERR(event_watch, EINVAL, os_event_watch(event, connection, 1, 0));
	EXPECT_ERR(event_watch, EINVAL, os_event_watch(kit_event(), connection, 1, 1));
	for (unsigned i = 0; i < 16; i++)
		EXPECT_OK(os_event_watch(kit_event_at(endpoint, i, 1), connection, 1, 1));
	EXPECT_OK(os_event_watch(event, other, 2, 0x40));
	EXPECT_ERR(event_watch, ENOSPC, os_event_watch(event, connection, 1, 1));
	/* What it watched before it still does. */
	EXPECT_OK(os_set_ready(endpoint, other_number, 2, 0));
	ASSERT_OK(os_receive(endpoint, &r, NULL, DEADLINE_NOW));
	EXPECT_EQ(r.words.w[0], 0x40);
	EXPECT_OK(os_sever(endpoint, number));
	EXPECT_ERR(event_watch, ESRVDEAD, os_event_watch(event, connection, 1, 1));
}

TEST(connection, poll_reads_many_and_refuses_too_many)
{
	static struct poll_entry entry[65] __attribute__((aligned(16)));
	cap_t endpoint = kit_endpoint();
	uint64_t number;
	cap_t connection = kit_connect_number(endpoint, 1, &number);

	for (unsigned i = 0; i < 64; i++)
		entry[i] = (struct poll_entry){.slot = i == 5 ? endpoint : connection, .mask = 2};
	EXPECT_OK(os_set_ready(endpoint, number, 7, 0));
	EXPECT_OK(os_poll((uint64_t)entry, 64));
	EXPECT(entry[5].ready & POLL_INVALID);
	EXPECT_EQ(entry[6].ready, 2); /* what was asked for */
	EXPECT_ERR(poll, E2BIG, os_poll((uint64_t)entry, 65));
	EXPECT_ERR(poll, EFAULT, os_poll(KIT_VA, 1));
}

TEST(connection, poll_tells_of_a_dead_server)
{
	cap_t endpoint = kit_endpoint();
	cap_t connection = kit_connect(endpoint, 1);

	EXPECT_OK(os_cspace_delete(SELF, endpoint));
	EXPECT(mask_of(connection) & POLL_HANGUP);
}

TEST(connection, who_watched_for_the_client_before_does_not_after_rearm)
{
	cap_t endpoint = kit_endpoint(), pulses = kit_endpoint();
	uint64_t number;
	cap_t connection = kit_connect_number(endpoint, 1, &number);
	cap_t event[17], again = kit_slot();
	struct os_received r;

	for (unsigned i = 0; i < 17; i++)
		event[i] = kit_event_at(pulses, i, KIT_PRIORITY);
	for (unsigned i = 0; i < 16; i++)
		EXPECT_OK(os_event_watch(event[i], connection, 1, 1));
	EXPECT_ERR(event_watch, ENOSPC, os_event_watch(event[16], connection, 1, 1));
	EXPECT_OK(os_cspace_delete(SELF, connection));
	EXPECT_EQ(next_kind(endpoint, &r), MESSAGE_DISCONNECT);
	EXPECT_OK(os_rearm(endpoint, number, 2));
	ASSERT_OK(os_connection_open(endpoint, number, again, again, 0));
	EXPECT_OK(os_event_watch(event[16], again, 1, 1));
	while (next_kind(pulses, &r) == MESSAGE_PULSE)
		;
	EXPECT_OK(os_set_ready(endpoint, number, 1, 0));
	EXPECT_EQ(next_kind(pulses, &r), MESSAGE_PULSE);
	EXPECT_EQ(r.cookie, 16);
	EXPECT_ERR(receive, EAGAIN, next_kind(pulses, &r));
}
