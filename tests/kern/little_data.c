/* SPDX-License-Identifier: 0BSD */
/* little_data.c: a message of one piece goes a short way when its receiver waits, and the long way when it has to queue
 * or when anything is out of the ordinary. Whichever it goes, nobody can tell: each case is tried on both.
 */
#include "lib/kit.h"

#include "lib/string.h"

#include <abi/fault.h>

#define PAGE	   4096
#define HOPELESS   0xffff800000000000
#define FAULTS_MAX 4
#define ANSWER	   77
#define ANSWERED   40 /* bytes of each reply */

/* What is sent, where to, and where the reply is to go; LENGTH 0: no such piece. */
struct little {
	struct message_piece send, reply, receive;
	bool later; /* the receiver's descriptor is read when it is needed */
	bool give;  /* a capability comes along */
	bool half;  /* the first page of KIT_VA is there */
};

/* What the parties saw. */
struct outcome {
	int64_t answer, info;
	uint64_t faults, fault[FAULTS_MAX][3]; /* address, length, access */
};

static unsigned char out[3 * PAGE] __attribute__((aligned(PAGE)));
static unsigned char in[3 * PAGE] __attribute__((aligned(PAGE)));
static unsigned char back[3 * PAGE] __attribute__((aligned(PAGE)));
static OS_DESC(2) client __attribute__((aligned(64))), server __attribute__((aligned(64))),
    reply __attribute__((aligned(64)));
static cap_t endpoint, pager, connection;
static struct outcome seen;
static cap_t page_at[FAULTS_MAX + 1]; /* of KIT_VA */
static unsigned pages;

static void send(void *arg)
{
	struct os_words words = {{1, 2, 3}};

	seen.answer = os_send(connection, &words, &client.desc, DEADLINE_FOREVER, 0);
}

static void serve(void *arg)
{
	const struct little *c = arg;
	struct os_received r;

	seen.info = os_receive(endpoint, &r, c->later ? os_accepts(&server.desc) : &server.desc, DEADLINE_FOREVER);
	if (seen.info >= 0 && r.words.w[2] == 3)
		os_reply(endpoint, r.id, ANSWER, &r.words, &reply.desc);
}

static void describe(const struct little *c)
{
	client.desc = (struct message_desc){.send_count = 1, .receive_count = c->reply.length_bytes > 0};
	client.desc.piece[0] = c->send;
	client.desc.piece[1] = c->reply;
	if (c->give) {
		client.desc.give_count = 1;
		client.desc.give[0] = kit_event();
	}
	server.desc = (struct message_desc){.receive_count = c->receive.length_bytes > 0};
	server.desc.piece[0] = c->receive;
	server.desc.accept_count = 1;
	server.desc.land_min = kit_slots(1);
	server.desc.land_max = server.desc.land_min;
	reply.desc = (struct message_desc){.send_count = 1};
	reply.desc.piece[0] = (struct message_piece){(uint64_t)out, ANSWERED};
}

static void map(uint64_t va)
{
	page_at[pages++] = kit_map(va, 12);
	memcpy((void *)va, out, PAGE);
}

static void unmap_all(void)
{
	while (pages)
		EXPECT_OK(os_extent_unmap(page_at[--pages], 0, 1));
}

static bool rests(const struct kit_thread *t)
{
	enum thread_state state = kit_state(t);

	return state == THREAD_SEND || state == THREAD_RECEIVE || state == THREAD_INACTIVE;
}

/* Brings pages of KIT_VA that A and B miss, until both rest. */
static void bring_pages(const struct kit_thread *a, const struct kit_thread *b)
{
	uint64_t end = os_in_ns(KIT_WAIT_NS);
	struct os_received r;

	while (seen.faults < FAULTS_MAX && os_now_ns() < end) {
		uint64_t va, *fault;
		bool ours;

		if (os_receive(pager, &r, NULL, os_in_ns(OS_MS)) < 0) {
			if (rests(a) && rests(b))
				break;
			continue;
		}
		va = r.words.w[FAULT_WORD_ADDRESS];
		fault = seen.fault[seen.faults++];
		ours = va >= KIT_VA && va < KIT_VA + 2 * PAGE;
		fault[0] = va;
		fault[1] = r.words.w[FAULT_WORD_LENGTH];
		fault[2] = r.words.w[FAULT_WORD_ACCESS];
		if (ours)
			map(va & ~(PAGE - 1ull));
		kit_reply(pager, r.id, ours ? 0 : -EFAULT, 0);
	}
}

/* Tries C with a receiver that WAITS, or one that comes later. */
static void try(const struct little *c, bool waits, bool passive)
{
	struct kit_how sending = {0}, serving = {0};
	struct kit_thread *s = NULL, *t;

	seen = (struct outcome){0};
	memset(in, 0xee, sizeof(in));
	memset(back, 0xee, sizeof(back));
	endpoint = kit_endpoint();
	pager = kit_endpoint();
	connection = kit_connect(endpoint, 1);
	sending.fault = serving.fault = kit_connect(pager, 2);
	serving.serves = passive ? endpoint : 0;
	describe(c);
	if (c->half)
		map(KIT_VA);
	if (waits) {
		s = kit_thread_with(&serving, serve, (void *)(uintptr_t)c);
		EXPECT(kit_wait_state(s, THREAD_RECEIVE));
	}
	t = kit_thread_with(&sending, send, NULL);
	if (!waits) {
		EXPECT(kit_wait_state(t, THREAD_SEND));
		s = kit_thread_with(&serving, serve, (void *)(uintptr_t)c);
	}
	bring_pages(s, t);
	if (seen.info > 0)
		EXPECT(kit_join(s) && kit_join(t));
	else
		EXPECT(seen.info < 0 ? kit_state(t) == THREAD_SEND : kit_state(s) == THREAD_RECEIVE && kit_join(t));
	unmap_all();
}

/* Whether who sent and who received saw what they should, and the buffers in memory of ours got what was sent. */
static bool is_right(const struct little *c)
{
	uint64_t fits = c->send.length_bytes < c->receive.length_bytes ? c->send.length_bytes : c->receive.length_bytes;
	bool right;

	if (seen.info <= 0)
		return true;
	right = EXPECT_EQ(seen.answer, ANSWER) && EXPECT_EQ(INFO_LENGTH(seen.info), c->send.length_bytes) &&
		EXPECT_EQ(INFO_CAPS(seen.info), c->give);
	if (c->receive.address == (uint64_t)in)
		right &= EXPECT(memcmp(in, out + c->send.address % PAGE, fits) == 0 && in[fits] == 0xee);
	if (c->reply.address == (uint64_t)back)
		right &= EXPECT(memcmp(back, out, ANSWERED) == 0 && back[ANSWERED] == 0xee);
	return right;
}

static bool is_same(const struct little *c, bool passive)
{
	struct outcome queued;
	bool right;

	try(c, false, passive);
	right = is_right(c);
	queued = seen;
	try(c, true, passive);
	return is_right(c) && right && EXPECT(memcmp(&seen, &queued, sizeof(seen)) == 0);
}

#define OUT(offset) ((uint64_t)out + (offset))
#define IN                                                                                                             \
	{                                                                                                              \
		(uint64_t) in, PAGE                                                                                    \
	}
#define BACK                                                                                                           \
	{                                                                                                              \
		(uint64_t) back, ANSWERED                                                                              \
	}
#define AT(va, length)                                                                                                 \
	{                                                                                                              \
		va, length                                                                                             \
	}

static const struct little ordinary[] = {
    {.send = AT(OUT(0), 24), .receive = IN},
    {.send = AT(OUT(100), 1), .receive = IN, .reply = BACK},
    {.send = AT(OUT(0), PAGE), .receive = IN, .reply = BACK},
    {.send = AT(OUT(0), 64), .receive = AT((uint64_t)in, 63), .reply = BACK},
    {.send = AT(OUT(0), 64), .reply = BACK},
};

static const struct little special[] = {
    {.send = AT(OUT(0), 24), .receive = IN, .reply = BACK, .later = true},
    {.send = AT(OUT(0), 24), .receive = IN, .reply = BACK, .give = true},
    {.send = AT(OUT(0), 24), .receive = IN, .reply = BACK, .give = true, .later = true},
};

static const struct little across_pages[] = {
    {.send = AT(OUT(0), PAGE + 1), .receive = AT((uint64_t)in, 2 * PAGE), .reply = BACK},
    {.send = AT(OUT(PAGE - 10), 20), .receive = IN},
    {.send = AT(OUT(0), 24), .receive = AT((uint64_t)in + PAGE - 8, PAGE)},
    {.send = AT(OUT(0), 24), .receive = IN, .reply = AT((uint64_t)back + PAGE - 8, PAGE)},
    {.send = AT(OUT(0), 24), .receive = IN, .reply = AT((uint64_t)back, 2 * PAGE)},
};

static const struct little absent_here[] = {
    {.send = AT(KIT_VA, 24), .receive = IN, .reply = BACK},
    {.send = AT(OUT(0), 24), .receive = IN, .reply = AT(KIT_VA, ANSWERED)},
    {.send = AT(OUT(0), 24), .receive = IN, .reply = AT(KIT_VA + PAGE - 8, ANSWERED)},
    {.send = AT(OUT(0), 24), .receive = IN, .reply = AT(KIT_VA + PAGE - 8, ANSWERED), .half = true},
    {.send = AT(KIT_VA, 24), .receive = IN, .reply = AT(KIT_VA + PAGE, ANSWERED)},
};

static const struct little absent_there[] = {
    {.send = AT(OUT(0), 24), .receive = IN, .reply = AT(HOPELESS, ANSWERED)},
    {.send = AT(OUT(0), 24), .receive = AT(KIT_VA, 100), .reply = BACK},
    {.send = AT(OUT(0), 24), .receive = AT(KIT_VA, 100), .reply = BACK, .later = true},
    {.send = AT(OUT(0), 24), .receive = AT(HOPELESS, 100), .reply = BACK},
    {.send = AT(OUT(0), 24), .receive = AT(HOPELESS, 100), .reply = BACK, .later = true},
};

static void expect_all(const struct little *c, unsigned count)
{
	for (unsigned i = 0; i < sizeof(out); i++)
		out[i] = (unsigned char)(i * 7 + (i >> 8));
	for (unsigned i = 0; i < count; i++)
		if (!is_same(&c[i], false) || !is_same(&c[i], true))
			os_printf("in case %u\n", i);
}

#define EXPECT_ALL(cases) expect_all(cases, sizeof(cases) / sizeof(cases[0]))

TEST(little_data, fares_alike_both_ways) { EXPECT_ALL(ordinary); }

TEST(little_data, fares_alike_with_capabilities_and_late_descriptors) { EXPECT_ALL(special); }

TEST(little_data, fares_alike_across_pages) { EXPECT_ALL(across_pages); }

TEST(little_data, fares_alike_when_pages_of_the_sender_are_absent) { EXPECT_ALL(absent_here); }

TEST(little_data, fares_alike_when_the_receiver_has_no_room) { EXPECT_ALL(absent_there); }
