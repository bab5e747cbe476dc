/* SPDX-License-Identifier: 0BSD */
/* message_data.c: messages with data: pieces of any number, length and alignment on both sides.
 *
 * The bytes of a request are a pattern that depends on their place, so that any that is lost,
 * doubled or misplaced shows. What lies before and behind a buffer must stay as it was.
 */
#include "lib/kit.h"

#include "lib/string.h"

#define MAX   (1 << 20)
#define GUARD 64
#define PAGE  4096

static unsigned char sent[MAX + 2 * GUARD], received[MAX + 2 * GUARD];
static OS_DESC(128) client __attribute__((aligned(64))), server __attribute__((aligned(64)));

static unsigned char pattern(uint64_t i) { return (unsigned char)(i * 7 + (i >> 8) * 13 + (i >> 16)); }

/* Cuts BYTES at DATA into COUNT pieces of unequal length, some of them empty. */
static void cut(struct message_piece *piece, unsigned count, unsigned char *data, uint64_t bytes)
{
	for (unsigned i = 0; i < count; i++) {
		uint64_t len = i + 1 == count ? bytes : (i * 37 % 11) * bytes / (count * 11 + 1);

		piece[i] = (struct message_piece){(uint64_t)data, len};
		data += len;
		bytes -= len;
	}
}

static void prepare(void)
{
	for (uint64_t i = 0; i < sizeof(sent); i++)
		sent[i] = pattern(i);
	memset(received, 0xee, sizeof(received));
}

static void expect_received(uint64_t to, uint64_t from, uint64_t bytes)
{
	uint64_t wrong = 0;

	for (uint64_t i = 0; i < bytes; i++)
		wrong += received[to + i] != pattern(from + i);
	EXPECT_EQ(wrong, 0);
	EXPECT_EQ(received[to - 1], 0xee);
	EXPECT_EQ(received[to + bytes], 0xee);
}

static struct call {
	cap_t cap;
	int64_t answer;
	struct os_words words;
} c;

static void send(void *arg) { c.answer = os_send(c.cap, &c.words, &client.desc, DEADLINE_FOREVER, 0); }

/* One message of BYTES from sent + FROM to received + TO; the client is in its own address space.
 */
static void transfer(uint64_t from, unsigned from_pieces, uint64_t to, unsigned to_pieces, uint64_t bytes)
{
	cap_t endpoint = kit_endpoint();
	struct kit_how how = {.vspace = kit_space()};
	struct kit_thread *t;
	struct os_received r;

	c = (struct call){.cap = kit_connect(endpoint, 1)};
	client.desc = (struct message_desc){.send_count = (uint16_t)from_pieces};
	server.desc = (struct message_desc){.receive_count = (uint16_t)to_pieces};
	cut(client.desc.piece, from_pieces, sent + from, bytes);
	cut(server.desc.piece, to_pieces, received + to, bytes);
	t = kit_thread_with(&how, send, NULL);
	EXPECT_OK(os_receive(endpoint, &r, &server.desc, os_in_ns(KIT_WAIT_NS)));
	EXPECT_EQ(INFO_LENGTH(r.info), bytes);
	EXPECT_OK(kit_reply(endpoint, 0, 0, 0));
	EXPECT(kit_join(t));
	expect_received(to, from, bytes);
}

TEST(message_data, one_piece_of_many_lengths_and_alignments)
{
	static const uint64_t lengths[] = {0, 1, 7, 8, 63, 64, 65, 4095, 4096, 4097, 65536, 100001};

	for (unsigned i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		prepare();
		transfer(GUARD + i % 9, 1, GUARD + i * 3 % 17, 1, lengths[i]);
		kit_end();
		kit_begin();
	}
}

TEST(message_data, many_pieces_on_both_sides)
{
	static const unsigned counts[][2] = {{2, 1}, {1, 3}, {16, 15}, {64, 64}, {7, 64}};

	for (unsigned i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		prepare();
		transfer(GUARD + 1, counts[i][0], GUARD + 3, counts[i][1], 60000 + i);
		kit_end();
		kit_begin();
	}
}

TEST(message_data, a_mebibyte)
{
	prepare();
	transfer(GUARD, 1, GUARD, 1, MAX);
	prepare();
	transfer(GUARD + 5, 3, GUARD + 1, 2, MAX - 4096);
}

TEST(message_data, what_does_not_fit_stays_behind_and_the_length_tells)
{
	cap_t endpoint = kit_endpoint();
	struct kit_thread *t;
	struct os_received r;

	c = (struct call){.cap = kit_connect(endpoint, 1)};
	prepare();
	client.desc = (struct message_desc){.send_count = 1};
	client.desc.piece[0] = (struct message_piece){(uint64_t)sent, 5000};
	server.desc = (struct message_desc){.receive_count = 1};
	server.desc.piece[0] = (struct message_piece){(uint64_t)received + GUARD, 100};
	t = kit_thread(send, NULL);
	EXPECT_OK(os_receive(endpoint, &r, &server.desc, os_in_ns(KIT_WAIT_NS)));
	EXPECT_EQ(INFO_LENGTH(r.info), 5000);
	expect_received(GUARD, 0, 100);
	EXPECT_OK(kit_reply(endpoint, 0, 0, 0));
	EXPECT(kit_join(t));
}

TEST(message_data, a_receiver_without_buffer_gets_words_and_length)
{
	cap_t endpoint = kit_endpoint();
	struct kit_thread *t;
	struct os_received r;

	c = (struct call){.cap = kit_connect(endpoint, 1), .words = {{3, 4}}};
	client.desc = (struct message_desc){.send_count = 1};
	client.desc.piece[0] = (struct message_piece){(uint64_t)sent, 5000};
	t = kit_thread(send, NULL);
	EXPECT_OK(os_receive(endpoint, &r, NULL, os_in_ns(KIT_WAIT_NS)));
	EXPECT_EQ(INFO_LENGTH(r.info), 5000);
	EXPECT_EQ(r.words.w[1], 4);
	EXPECT_OK(kit_reply(endpoint, 0, 0, 0));
	EXPECT(kit_join(t));
}

TEST(message_data, replies_carry_data)
{
	cap_t endpoint = kit_endpoint();
	struct kit_how how = {.vspace = kit_space()};
	struct kit_thread *t;
	struct os_received r;
	struct os_words words = {{42}};

	c = (struct call){.cap = kit_connect(endpoint, 1)};
	prepare();
	client.desc = (struct message_desc){.send_count = 1, .receive_count = 3};
	client.desc.piece[0] = (struct message_piece){(uint64_t)sent, 10};
	cut(&client.desc.piece[1], 3, received + GUARD, 30000);
	server.desc = (struct message_desc){.send_count = 5};
	cut(server.desc.piece, 5, sent + 77, 30000);
	t = kit_thread_with(&how, send, NULL);
	EXPECT_OK(os_receive(endpoint, &r, NULL, os_in_ns(KIT_WAIT_NS)));
	EXPECT_OK(os_reply(endpoint, r.id, 30000, &words, &server.desc));
	EXPECT(kit_join(t));
	EXPECT_EQ(c.answer, 30000);
	EXPECT_EQ(c.words.w[0], 42);
	expect_received(GUARD, 77, 30000);
}

TEST(message_data, counts_above_the_limit_are_refused)
{
	cap_t endpoint = kit_endpoint();
	cap_t connection = kit_connect(endpoint, 1);
	struct os_words words = {{0}};
	struct os_received r = {0};

	client.desc = (struct message_desc){.send_count = 65};
	EXPECT_ERR(send, E2BIG, os_send(connection, &words, &client.desc, DEADLINE_NOW, 0));
	client.desc = (struct message_desc){.receive_count = 65};
	EXPECT_ERR(receive, E2BIG, os_receive(endpoint, &r, &client.desc, DEADLINE_NOW));
	client.desc = (struct message_desc){.give_count = 5};
	EXPECT_ERR(send, E2BIG, os_send(connection, &words, &client.desc, DEADLINE_NOW, 0));
	client.desc = (struct message_desc){.land_flags = 0x80};
	EXPECT_ERR(send, EINVAL, os_send(connection, &words, &client.desc, DEADLINE_NOW, 0));
	client.desc = (struct message_desc){.accept_count = 1, .land_min = 9, .land_max = 8};
	EXPECT_ERR(receive, EINVAL, os_receive(endpoint, &r, &client.desc, DEADLINE_NOW));
}

/* A message of `connection` has been received: replies with DESC are refused and it can still be
 * answered. */
static void expect_bad_reply(int64_t want, struct message_desc *desc)
{
	cap_t endpoint = kit_endpoint();
	struct os_words words = {{0}};
	struct os_received r;
	struct kit_thread *t;

	c = (struct call){.cap = kit_connect(endpoint, 1)};
	client.desc = (struct message_desc){.receive_count = 1};
	client.desc.piece[0] = (struct message_piece){(uint64_t)received, 64};
	t = kit_thread(send, NULL);
	EXPECT_OK(os_receive(endpoint, &r, NULL, os_in_ns(KIT_WAIT_NS)));
	if (want == -E2BIG) {
		EXPECT_ERR(reply, E2BIG, os_reply(endpoint, r.id, 0, &words, desc));
		EXPECT_ERR(reply_receive, E2BIG, os_reply_receive(endpoint, 0, &r, desc, DEADLINE_NOW));
	} else if (want == -EINVAL) {
		EXPECT_ERR(reply, EINVAL, os_reply(endpoint, r.id, 0, &words, desc));
		EXPECT_ERR(reply_receive, EINVAL, os_reply_receive(endpoint, 0, &r, desc, DEADLINE_NOW));
	} else {
		EXPECT_ERR(reply, EFAULT, os_reply(endpoint, r.id, 0, &words, desc));
		EXPECT_ERR(reply_receive, EFAULT, os_reply_receive(endpoint, 0, &r, desc, DEADLINE_NOW));
	}
	EXPECT_OK(kit_reply(endpoint, 0, 11, 0));
	EXPECT(kit_join(t));
	EXPECT_EQ(c.answer, 11);
}

TEST(message_data, a_bad_reply_leaves_the_message_unanswered)
{
	server.desc = (struct message_desc){.send_count = 65};
	expect_bad_reply(-E2BIG, &server.desc);
	server.desc = (struct message_desc){.give_flags = 0x80};
	expect_bad_reply(-EINVAL, &server.desc);
	server.desc = (struct message_desc){.send_count = 1};
	server.desc.piece[0] = (struct message_piece){KIT_VA, 64};
	expect_bad_reply(-EFAULT, &server.desc);
	expect_bad_reply(-EFAULT, (struct message_desc *)KIT_VA);
}

static void take_data(void *arg)
{
	struct os_received r;

	while (os_receive(*(cap_t *)arg, &r, &server.desc, DEADLINE_FOREVER) >= 0)
		kit_reply(*(cap_t *)arg, 0, 0, 0);
}

/* Answers each message with the data that it brought. */
static void echo_data(void *arg)
{
	OS_DESC(1) answer __attribute__((aligned(64))) = {.desc = {.send_count = 1}};
	struct os_received r;

	while (os_receive(*(cap_t *)arg, &r, &server.desc, DEADLINE_FOREVER) >= 0) {
		answer.desc.piece[0] = (struct message_piece){(uint64_t)received + GUARD, INFO_LENGTH(r.info)};
		os_reply(*(cap_t *)arg, r.id, (int64_t)INFO_LENGTH(r.info), &r.words, &answer.desc);
	}
}

/* Two pages of user memory that are the other way round in physical memory, so that nothing that belongs to the first
 * stands behind it there. */
static void map_crossed_pages(void)
{
	cap_t low = kit_make(OBJ_EXTENT, 12), high = kit_make(OBJ_EXTENT, 12);

	EXPECT_OK(os_extent_map(high, CAP_SELF_VSPACE, KIT_VA, 0, 1, PROT_READ | PROT_WRITE));
	EXPECT_OK(os_extent_map(low, CAP_SELF_VSPACE, KIT_VA + PAGE, 0, 1, PROT_READ | PROT_WRITE));
}

TEST(message_data, a_descriptor_and_its_pieces_may_lie_in_two_pages)
{
	struct os_words words = {{0}};
	cap_t endpoint;

	map_crossed_pages();
	prepare();
	server.desc = (struct message_desc){.receive_count = 1};
	server.desc.piece[0] = (struct message_piece){(uint64_t)received + GUARD, 4096};
	kit_server(echo_data, &endpoint, true, false);
	for (unsigned before = 64; before <= 192; before += 64) {
		struct message_desc *d = (struct message_desc *)(KIT_VA + PAGE - before);

		memset(received, 0xee, sizeof(received));
		memset((void *)KIT_VA, 0x5a, 2 * PAGE);
		*d = (struct message_desc){.send_count = 1, .receive_count = 1};
		d->piece[0] = (struct message_piece){(uint64_t)sent, 100};
		d->piece[1] = (struct message_piece){(uint64_t)received + 8192, 100};
		EXPECT_EQ(os_send(kit_connect(endpoint, 1), &words, d, os_in_ns(KIT_WAIT_NS), 0), 100);
		expect_received(GUARD, 0, 100);
		expect_received(8192, 0, 100);
	}
}

TEST(message_data, a_bad_address_is_a_fault_of_the_side_that_gave_it)
{
	static const uint64_t bad[] = {KIT_VA, 0xffff800000000000, 0x00007ffffffff000, 0xfffffffffffff000};
	cap_t endpoint;
	struct os_words words = {{0}};

	server.desc = (struct message_desc){.receive_count = 1};
	server.desc.piece[0] = (struct message_piece){(uint64_t)received, 64};
	kit_server(take_data, &endpoint, true, false);
	for (unsigned i = 0; i < 4; i++) {
		client.desc = (struct message_desc){.send_count = 1};
		client.desc.piece[0] = (struct message_piece){bad[i], 64};
		EXPECT_ERR(send, EFAULT,
			   os_send(kit_connect(endpoint, 1), &words, &client.desc, os_in_ns(KIT_WAIT_NS), 0));
		EXPECT_ERR(send, EFAULT, os_send(kit_connect(endpoint, 1), &words, &client.desc, DEADLINE_FOREVER, 0));
		client.desc.piece[0].length_bytes = 0;
		if (bad[i] >= 0xffff800000000000)
			EXPECT_ERR(send, EFAULT,
				   os_send(kit_connect(endpoint, 1), &words, &client.desc, DEADLINE_FOREVER, 0));
	}
	EXPECT_ERR(send, EFAULT,
		   os_send(kit_connect(endpoint, 1), &words, (struct message_desc *)KIT_VA, DEADLINE_FOREVER, 0));
}

TEST(message_data, a_receiver_with_a_bad_buffer_gets_the_fault_and_the_message_stays)
{
	cap_t endpoint = kit_endpoint();
	struct kit_thread *t;
	struct os_received r = {0};

	c = (struct call){.cap = kit_connect(endpoint, 1)};
	client.desc = (struct message_desc){.send_count = 1};
	client.desc.piece[0] = (struct message_piece){(uint64_t)sent, 64};
	t = kit_thread(send, NULL);
	EXPECT(kit_wait_state(t, THREAD_SEND));
	server.desc = (struct message_desc){.receive_count = 1};
	server.desc.piece[0] = (struct message_piece){KIT_VA, 64};
	EXPECT_ERR(receive, EFAULT, os_receive(endpoint, &r, &server.desc, DEADLINE_NOW));
	EXPECT_ERR(reply_receive, EFAULT, os_reply_receive(endpoint, 0, &r, &server.desc, DEADLINE_NOW));
	EXPECT_EQ(kit_state(t), THREAD_SEND);
	EXPECT_OK(os_receive(endpoint, &r, NULL, DEADLINE_NOW));
	EXPECT_OK(kit_reply(endpoint, 0, 3, 0));
	EXPECT(kit_join(t));
	EXPECT_EQ(c.answer, 3);
}

TEST(message_data, device_memory_is_refused)
{
	cap_t endpoint = kit_endpoint();
	cap_t slot = kit_slot();
	struct os_words words = {{0}};

	for (uint32_t i = 0; i < os_boot->untyped_count; i++) {
		if (!os_boot->untyped[i].device || os_boot->untyped[i].size_log2 < 12)
			continue;
		kit_foreign(slot);
		os_untyped_reset(BOOT_SLOT_FIRST_UNTYPED + i);
		EXPECT_OK(os_untyped_retype(BOOT_SLOT_FIRST_UNTYPED + i, OBJ_EXTENT, 12, 1, CAP_SELF_CSPACE, slot));
		break;
	}
	EXPECT_OK(os_extent_map(slot, CAP_SELF_VSPACE, KIT_VA, 0, 1, PROT_READ));
	EXPECT_ERR(send, EFAULT,
		   os_send(kit_connect(endpoint, 1), &words, (struct message_desc *)KIT_VA, DEADLINE_NOW, 0));
	EXPECT_OK(os_extent_unmap(slot, 0, 1));
	EXPECT_OK(os_cspace_delete(CAP_SELF_CSPACE, slot));
	for (uint32_t i = 0; i < os_boot->untyped_count; i++) {
		if (os_boot->untyped[i].device)
			os_untyped_reset(BOOT_SLOT_FIRST_UNTYPED + i);
	}
}
