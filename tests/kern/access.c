/* SPDX-License-Identifier: 0BSD */
/* access.c: msg_read and msg_write: a received message's data, anywhere in it, before the reply. */
#include "lib/kit.h"

#include "lib/string.h"

#define LEN 20000

static unsigned char request[LEN], buffer[LEN], back[LEN];
static OS_DESC(8) client __attribute__((aligned(64))), mine __attribute__((aligned(64)));

struct call {
	cap_t cap;
	int64_t answer;
};

static void send(void *arg)
{
	struct call *c = arg;
	struct os_words words = {{0}};

	c->answer = os_send(c->cap, &words, &client.desc, DEADLINE_FOREVER, 0);
}

static cap_t endpoint;
static struct call call;
static struct kit_thread *sender;
static uint64_t id;

/* A client in another address space has sent `request` in two pieces and offers `back` in three. */
static void receive_request(void)
{
	struct kit_how how = {.vspace = kit_space()};
	struct os_received r;

	for (unsigned i = 0; i < LEN; i++)
		request[i] = (unsigned char)(i * 31 + i / 256);
	memset(buffer, 0xee, LEN);
	memset(back, 0xdd, LEN);
	endpoint = kit_endpoint();
	call = (struct call){.cap = kit_connect(endpoint, 1)};
	client.desc = (struct message_desc){.send_count = 2, .receive_count = 3};
	client.desc.piece[0] = (struct message_piece){(uint64_t)request, 5001};
	client.desc.piece[1] = (struct message_piece){(uint64_t)request + 5001, LEN - 5001};
	client.desc.piece[2] = (struct message_piece){(uint64_t)back, 100};
	client.desc.piece[3] = (struct message_piece){(uint64_t)back + 100, 0};
	client.desc.piece[4] = (struct message_piece){(uint64_t)back + 100, LEN - 100};
	sender = kit_thread_with(&how, send, &call);
	EXPECT_OK(os_receive(endpoint, &r, NULL, os_in_ns(KIT_WAIT_NS)));
	EXPECT_EQ(INFO_LENGTH(r.info), LEN);
	id = r.id;
}

static void finish(void)
{
	EXPECT_OK(kit_reply(endpoint, id, 1, 0));
	EXPECT(kit_join(sender));
	EXPECT_EQ(call.answer, 1);
}

static int64_t read_at(uint64_t offset, uint64_t len)
{
	mine.desc = (struct message_desc){.receive_count = 2};
	mine.desc.piece[0] = (struct message_piece){(uint64_t)buffer, len / 3};
	mine.desc.piece[1] = (struct message_piece){(uint64_t)buffer + len / 3, len - len / 3};
	return os_msg_read(endpoint, id, offset, (uint64_t)&mine.desc);
}

static int64_t write_at(uint64_t offset, uint64_t len)
{
	mine.desc = (struct message_desc){.send_count = 1};
	mine.desc.piece[0] = (struct message_piece){(uint64_t)request, len};
	return os_msg_write(endpoint, id, offset, (uint64_t)&mine.desc);
}

TEST(access, read_takes_any_part)
{
	static const uint64_t at[][2] = {{0, 10}, {4990, 40}, {5001, 1}, {4096, 8192}, {0, LEN}, {19999, 1}};

	receive_request();
	for (unsigned i = 0; i < 6; i++) {
		EXPECT_EQ(read_at(at[i][0], at[i][1]), at[i][1]);
		EXPECT_EQ(memcmp(buffer, request + at[i][0], at[i][1]), 0);
	}
	finish();
}

TEST(access, read_stops_at_the_end)
{
	receive_request();
	EXPECT_EQ(read_at(LEN - 5, 10), 5);
	EXPECT_EQ(read_at(LEN, 10), 0);
	EXPECT_EQ(read_at(LEN + 100000, 10), 0);
	finish();
}

TEST(access, write_fills_any_part)
{
	receive_request();
	EXPECT_EQ(write_at(50, 100), 100);
	EXPECT_EQ(memcmp(back + 50, request, 100), 0);
	EXPECT_EQ(back[49], 0xdd);
	EXPECT_EQ(back[150], 0xdd);
	EXPECT_EQ(write_at(LEN - 10, 20), 10);
	EXPECT_EQ(write_at(200, 12000), 12000);
	EXPECT_EQ(memcmp(back + 200, request, 12000), 0);
	finish();
}

TEST(access, read_refuses)
{
	receive_request();
	EXPECT_ERR(msg_read, ESRCH, os_msg_read(endpoint, id + 1, 0, (uint64_t)&mine.desc));
	EXPECT_ERR(msg_read, ESRCH, os_msg_read(kit_endpoint(), id, 0, (uint64_t)&mine.desc));
	EXPECT_ERR(msg_read, EINVAL, os_msg_read(endpoint, id, 0, 0));
	EXPECT_ERR(msg_read, EINVAL, os_msg_read(endpoint, id, 0, (uint64_t)&mine + 4));
	EXPECT_ERR(msg_read, EFAULT, os_msg_read(endpoint, id, 0, KIT_VA));
	mine.desc = (struct message_desc){.receive_count = 1};
	mine.desc.piece[0] = (struct message_piece){KIT_VA, 10};
	EXPECT_ERR(msg_read, EFAULT, os_msg_read(endpoint, id, 0, (uint64_t)&mine.desc));
	mine.desc = (struct message_desc){.receive_count = 65};
	EXPECT_ERR(msg_read, E2BIG, os_msg_read(endpoint, id, 0, (uint64_t)&mine.desc));
	finish();
	EXPECT_ERR(msg_read, ESRCH, read_at(0, 1));
}

TEST(access, write_refuses)
{
	receive_request();
	EXPECT_ERR(msg_write, ESRCH, os_msg_write(endpoint, id + 1, 0, (uint64_t)&mine.desc));
	EXPECT_ERR(msg_write, EINVAL, os_msg_write(endpoint, id, 0, 0));
	EXPECT_ERR(msg_write, EFAULT, os_msg_write(endpoint, id, 0, KIT_VA));
	mine.desc = (struct message_desc){.send_count = 65};
	EXPECT_ERR(msg_write, E2BIG, os_msg_write(endpoint, id, 0, (uint64_t)&mine.desc));
	finish();
}

/* The client's buffers are not there (any more) and it has nobody who could bring them. */
TEST(access, absent_pages_of_the_client_are_told)
{
	struct kit_how how = {.vspace = kit_space()};
	cap_t extent = kit_make(OBJ_EXTENT, 12);
	struct os_received r;
	struct os_words words = {{0}};

	EXPECT_OK(os_extent_map(extent, how.vspace, KIT_VA, 0, 1, PROT_READ | PROT_WRITE));
	endpoint = kit_endpoint();
	call = (struct call){.cap = kit_connect(endpoint, 1)};
	client.desc = (struct message_desc){.send_count = 2, .receive_count = 1};
	client.desc.piece[0] = (struct message_piece){(uint64_t)request, 16};
	client.desc.piece[1] = (struct message_piece){KIT_VA, 16};
	client.desc.piece[2] = (struct message_piece){KIT_VA, 16};
	sender = kit_thread_with(&how, send, &call);
	EXPECT_OK(os_receive(endpoint, &r, NULL, os_in_ns(KIT_WAIT_NS)));
	EXPECT_OK(os_extent_unmap(extent, 0, 1));
	id = r.id;
	EXPECT_ERR(msg_read, EABSENT, read_at(16, 16));
	EXPECT_ERR(msg_write, EABSENT, write_at(0, 16));
	mine.desc = (struct message_desc){.send_count = 1};
	mine.desc.piece[0] = (struct message_piece){(uint64_t)request, 16};
	EXPECT_ERR(reply, EABSENT, os_reply(endpoint, id, 0, &words, &mine.desc));
	r.id = id;
	EXPECT_ERR(reply_receive, EABSENT, os_reply_receive(endpoint, 0, &r, &mine.desc, DEADLINE_NOW));
	finish();
}
