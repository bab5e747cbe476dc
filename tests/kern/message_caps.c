/* SPDX-License-Identifier: 0BSD */
/* message_caps.c: capabilities in messages, both ways, and new Connections in replies. */
#include <abi/poll.h>
#include "lib/kit.h"

#define SELF CAP_SELF_CSPACE

static struct message_desc client, server;

struct call {
	cap_t cap;
	int64_t answer;
	struct os_words words;
};

static void send(void *arg)
{
	struct call *c = arg;

	c->answer = os_send(c->cap, &c->words, &client, DEADLINE_FOREVER, 0);
}

static uint64_t type_of(cap_t slot)
{
	struct os_words out;

	return os_cspace_info(SELF, slot, &out) < 0 ? OBJ_NONE : out.w[0] & 0xff;
}

static cap_t endpoint;
static struct call call;
static struct kit_thread *sender;
static struct os_received got;

/* A client with `client` has sent; we receive with `server`. */
static int64_t receive_one(void)
{
	endpoint = kit_endpoint();
	call = (struct call){.cap = kit_connect(endpoint, 1)};
	sender = kit_thread(send, &call);
	return os_receive(endpoint, &got, &server, os_in_ns(KIT_WAIT_NS));
}

static void finish(void)
{
	EXPECT_OK(kit_reply(endpoint, got.id, 1, 0));
	EXPECT(kit_join(sender));
}

TEST(message_caps, they_land_in_the_lowest_free_slots)
{
	cap_t land = kit_slots(6);
	cap_t event = kit_event();

	client =
	    (struct message_desc){.give_count = 3, .give = {event, kit_make(OBJ_TIMER, 8), kit_make(OBJ_EXTENT, 12)}};
	server = (struct message_desc){
	    .accept_count = 4, .land_min = land, .land_max = land + 5, .land_flags = SLOT_CLOEXEC};
	EXPECT_OK(os_cspace_copy(SELF, SELF, event, land + 1, land + 1, RIGHTS_ALL, 0));
	ASSERT_OK(receive_one());
	EXPECT_EQ(INFO_CAPS(got.info), 3);
	EXPECT_EQ(server.landed[0], land);
	EXPECT_EQ(server.landed[1], land + 2);
	EXPECT_EQ(server.landed[2], land + 3);
	EXPECT_EQ(type_of(land), OBJ_EVENT);
	EXPECT_EQ(type_of(land + 2), OBJ_TIMER);
	EXPECT_EQ(type_of(land + 3), OBJ_EXTENT);
	EXPECT_EQ(os_cspace_flags(SELF, land, 0), SLOT_CLOEXEC);
	EXPECT_EQ(type_of(event), OBJ_EVENT);
	finish();
}

TEST(message_caps, none_are_taken_unless_accepted)
{
	cap_t land = kit_slots(2);

	client = (struct message_desc){.give_count = 2, .give = {kit_event(), kit_event()}};
	server = (struct message_desc){.accept_count = 1, .land_min = land, .land_max = land + 1};
	ASSERT_OK(receive_one());
	EXPECT_EQ(INFO_CAPS(got.info), 1);
	EXPECT_EQ(type_of(land), OBJ_EVENT);
	EXPECT_EQ(type_of(land + 1), OBJ_NONE);
	finish();
	server = (struct message_desc){0};
	ASSERT_OK(receive_one());
	EXPECT_EQ(INFO_CAPS(got.info), 0);
	finish();
}

TEST(message_caps, a_full_table_drops_and_tells)
{
	cap_t event = kit_event();

	client = (struct message_desc){.give_count = 1, .give = {event}};
	server = (struct message_desc){.accept_count = 1, .land_min = event, .land_max = event};
	ASSERT_OK(receive_one());
	EXPECT_EQ(INFO_CAPS(got.info), 1);
	EXPECT_EQ(server.landed[0], -EMFILE);
	finish();
}

TEST(message_caps, what_cannot_be_copied_is_dropped)
{
	cap_t land = kit_slots(4);

	client = (struct message_desc){.give_count = 3, .give = {kit_make(OBJ_UNTYPED, 12), kit_slot(), 0xffffff}};
	server = (struct message_desc){.accept_count = 4, .land_min = land, .land_max = land + 3};
	ASSERT_OK(receive_one());
	EXPECT_EQ(server.landed[0], -EINVAL);
	EXPECT_EQ(server.landed[1], -EBADF);
	EXPECT_EQ(server.landed[2], -EBADF);
	EXPECT_EQ(type_of(land), OBJ_NONE);
	finish();
}

TEST(message_caps, revocable_ones_can_be_taken_back)
{
	cap_t land = kit_slot();
	cap_t event = kit_event();

	client = (struct message_desc){.give_count = 1, .give_flags = GIVE_DERIVE, .give = {event}};
	server = (struct message_desc){.accept_count = 1, .land_min = land, .land_max = land};
	ASSERT_OK(receive_one());
	EXPECT_EQ(type_of(land), OBJ_EVENT);
	EXPECT_OK(os_cspace_revoke(SELF, event));
	EXPECT_EQ(type_of(land), OBJ_NONE);
	EXPECT_EQ(type_of(event), OBJ_EVENT);
	finish();
}

TEST(message_caps, replies_carry_them_too)
{
	cap_t land = kit_slot();
	struct os_words words = {{0}};
	struct message_desc gift = {.give_count = 1, .give = {kit_make(OBJ_TIMER, 8)}};

	client = (struct message_desc){.accept_count = 1, .land_min = land, .land_max = land};
	server = (struct message_desc){0};
	ASSERT_OK(receive_one());
	EXPECT_OK(os_reply(endpoint, got.id, 0, &words, &gift));
	EXPECT(kit_join(sender));
	EXPECT_EQ(client.landed[0], land);
	EXPECT_EQ(type_of(land), OBJ_TIMER);
}

TEST(message_caps, a_reply_can_bring_a_new_connection)
{
	cap_t land = kit_slot();
	struct os_words words = {{0}}, out;
	struct message_desc gift = {.give_count = 1, .give_flags = GIVE_CONNECT, .connect_cookie = 0x5e55};

	client =
	    (struct message_desc){.accept_count = 1, .land_min = land, .land_max = land, .land_flags = SLOT_CLOFORK};
	server = (struct message_desc){0};
	ASSERT_OK(receive_one());
	EXPECT_OK(os_reply(endpoint, got.id, 0, &words, &gift));
	EXPECT(kit_join(sender));
	EXPECT_EQ(client.landed[0], land);
	EXPECT_EQ(type_of(land), OBJ_CONNECTION);
	EXPECT_EQ(os_cspace_flags(SELF, land, 0), SLOT_CLOFORK);
	ASSERT_OK(os_identify(endpoint, land, &out));
	EXPECT_EQ(out.w[0], 0x5e55);
	EXPECT_EQ(out.w[1], gift.connect_id);
}

TEST(message_caps, a_new_connection_needs_room_in_the_pool)
{
	cap_t land = kit_slot();
	struct os_words words = {{0}}, out;
	struct message_desc gift = {.give_count = 1, .give_flags = GIVE_CONNECT};

	client = (struct message_desc){.accept_count = 1, .land_min = land, .land_max = land};
	server = (struct message_desc){0};
	ASSERT_OK(receive_one());
	for (;;) {
		cap_t slot = kit_slot();

		if (os_connect(endpoint, 0, slot, slot, 0, &out) < 0)
			break;
	}
	EXPECT_ERR(reply, ENOMEM, os_reply(endpoint, got.id, 0, &words, &gift));
	EXPECT_ERR(reply_receive, ENOMEM, os_reply_receive(endpoint, 0, &got, &gift, DEADLINE_NOW));
	EXPECT_OK(os_endpoint_feed(endpoint, kit_make(OBJ_UNTYPED, 12)));
	EXPECT_OK(os_reply(endpoint, 0, 7, &words, &gift));
	EXPECT(kit_join(sender));
	EXPECT_EQ(call.answer, 7);
	EXPECT_EQ(type_of(land), OBJ_CONNECTION);
}

TEST(message_caps, a_reply_can_bring_a_disconnected_connection_anew)
{
	cap_t land = kit_slot();
	struct os_words words = {{0}}, out;
	uint64_t number, id;
	cap_t first;
	struct message_desc gift = {
	    .give_count = 1, .give_flags = GIVE_CONNECT | GIVE_REARM, .give = {5}, .connect_cookie = 0x7e57};
	struct poll_entry entry __attribute__((aligned(16))) = {.slot = land, .mask = 0xf};

	client = (struct message_desc){.accept_count = 1, .land_min = land, .land_max = land};
	server = (struct message_desc){0};
	ASSERT_OK(receive_one());
	first = kit_connect_number(endpoint, 1, &number);
	gift.connect_id = number;
	id = got.id;
	EXPECT_ERR(reply, EBUSY, os_reply(endpoint, id, 0, &words, &gift));
	EXPECT_ERR(reply_receive, EBUSY, os_reply_receive(endpoint, 0, &got, &gift, DEADLINE_NOW));
	gift.connect_id = ~0ull;
	EXPECT_ERR(reply, EINVAL, os_reply(endpoint, id, 0, &words, &gift));
	gift.connect_id = number;
	EXPECT_OK(os_cspace_delete(SELF, first));
	EXPECT_EQ(INFO_KIND(os_receive(endpoint, &got, NULL, DEADLINE_FOREVER)), MESSAGE_DISCONNECT);
	EXPECT_OK(os_reply(endpoint, id, 7, &words, &gift));
	EXPECT(kit_join(sender));
	EXPECT_EQ(call.answer, 7);
	EXPECT_EQ(gift.connect_id, number);
	ASSERT_OK(os_identify(endpoint, land, &out));
	EXPECT_EQ(out.w[0], 0x7e57);
	EXPECT_EQ(os_poll((uint64_t)&entry, 1), 1);
	EXPECT_EQ(entry.ready, 5);
}

TEST(message_caps, a_server_learns_that_a_connection_did_not_land)
{
	cap_t taken = kit_event();
	struct os_words words = {{0}};
	struct message_desc gift = {.give_count = 1, .give_flags = GIVE_CONNECT, .connect_id = 99};

	client = (struct message_desc){.accept_count = 1, .land_min = taken, .land_max = taken};
	server = (struct message_desc){0};
	ASSERT_OK(receive_one());
	EXPECT_OK(os_reply(endpoint, got.id, 0, &words, &gift));
	EXPECT(kit_join(sender));
	EXPECT_EQ(client.landed[0], -EMFILE);
	EXPECT_EQ(gift.connect_id, 0);
}
