/* SPDX-License-Identifier: 0BSD */
/* races.c: programs that do their worst on purpose: take memory and capabilities away in the middle of their use, kill
 * servers in every state, guess ids, tie tables into knots.
 */
#include "lib/kit.h"

#include "lib/string.h"

#define SELF CAP_SELF_CSPACE

SUITE_SECONDS(races, 240);

static void touch(void *arg) { *(volatile uint64_t *)KIT_VA = 1; }

TEST(races, a_client_whose_pager_is_itself_waits_and_can_be_killed)
{
	cap_t endpoint = kit_endpoint();
	struct kit_how how = {.fault = kit_connect(endpoint, 1), .serves = endpoint};
	struct kit_thread *t = kit_thread_with(&how, touch, NULL);

	EXPECT(kit_wait_state(t, THREAD_FAULT));
	EXPECT_OK(os_cspace_delete(SELF, t->cap));
}

/* Exchanges data for as long as `running`. */
static uint32_t running;
static cap_t service, to_service;
static OS_DESC(2) client_desc __attribute__((aligned(64))), server_desc __attribute__((aligned(64)));
static uint64_t exchanged;

static void exchange(void *arg)
{
	while (kit_read(&running)) {
		struct os_words words = {{0}};

		os_send(to_service, &words, &client_desc.desc, os_in_ns(20 * OS_MS), SEND_ABANDON);
		__atomic_add_fetch(&exchanged, 1, __ATOMIC_RELAXED);
	}
}

static void serve(void *arg)
{
	struct os_received r;

	while (kit_read(&running)) {
		if (os_receive(service, &r, &server_desc.desc, os_in_ns(20 * OS_MS)) >= 0)
			kit_reply(service, r.id, 0, 0);
	}
}

static void describe(void)
{
	service = kit_endpoint();
	to_service = kit_connect(service, 1);
	client_desc.desc = (struct message_desc){.send_count = 1};
	client_desc.desc.piece[0] = (struct message_piece){KIT_VA + 40, 65000};
	server_desc.desc = (struct message_desc){.receive_count = 1};
	server_desc.desc.piece[0] = (struct message_piece){KIT_VA + 0x100000 + 8, 65000};
	exchanged = 0;
	kit_write(&running, 1);
}

/* Less urgent than the test; on the n-th processor, counted on from the first when there are fewer. */
static struct kit_thread *racer(unsigned n, void (*run)(void *arg), void *arg)
{
	return kit_thread_with(&(struct kit_how){.cpu = n % os_boot->cpu_count, .priority = KIT_PRIORITY - 1}, run,
			       arg);
}

TEST(races, memory_is_unmapped_and_revoked_under_copies)
{
	struct kit_thread *t[4];
	cap_t memory = kit_make(OBJ_UNTYPED, 18), extents = kit_slots(2);

	describe();
	for (unsigned i = 0; i < 4; i++)
		t[i] = racer(i + 1, i % 2 ? serve : exchange, NULL);
	for (unsigned i = 0; i < 150; i++) {
		EXPECT_OK(os_untyped_retype(memory, OBJ_EXTENT, 16, 2, SELF, extents));
		for (unsigned j = 0; j < 2; j++)
			EXPECT_OK(os_extent_map(extents + j, CAP_SELF_VSPACE, KIT_VA + j * 0x100000, 0, 16,
						PROT_READ | PROT_WRITE));
		os_sleep(os_in_ns(100 * OS_US));
		if (i % 2)
			EXPECT_OK(os_extent_unmap(extents, 3, 5));
		EXPECT_OK(os_cspace_revoke(SELF, memory));
		EXPECT_OK(os_untyped_reset(memory));
	}
	kit_write(&running, 0);
	for (unsigned i = 0; i < 4; i++)
		EXPECT(kit_join(t[i]));
	EXPECT(exchanged > 0);
}

/* Copies what is being revoked for as long as there is something to copy. */
#define MAX_COPIERS 3
#define COPIES	    16

static cap_t original, copies[MAX_COPIERS];
static uint32_t copied;

static void copy_on(void *arg)
{
	cap_t first = *(cap_t *)arg;

	while (kit_read(&running)) {
		uint32_t before = kit_read(&copied);

		for (unsigned i = 0; i < COPIES; i++) {
			cap_t from = i ? first + i - 1 : original, to = first + i;
			int64_t r = i % 2 ? os_cspace_copy(SELF, SELF, from, to, to, RIGHTS_ALL, 0)
					  : os_cspace_derive(SELF, SELF, from, to, to, RIGHTS_ALL, 0);

			if (r >= 0)
				__atomic_add_fetch(&copied, 1, __ATOMIC_RELAXED);
		}
		if (kit_read(&copied) == before)
			os_sleep(os_in_ns(OS_MS)); /* the lock is for others, too */
	}
}

static void expect_no_copies(void)
{
	struct os_words words;

	for (unsigned i = 0; i < MAX_COPIERS; i++)
		for (unsigned j = 0; j < COPIES; j++)
			EXPECT_EQ(os_cspace_info(SELF, copies[i] + j, &words), -EBADF);
}

/* Each revoke ends, and nothing of what was below the revoked slot is left: what a copier takes in the middle of it goes
 * with the rest. */
TEST(races, capabilities_are_revoked_while_they_are_copied)
{
	unsigned rounds = os_boot->cpu_count > 1 ? 10 : 100;
	cap_t root = kit_event();
	struct kit_thread *t[MAX_COPIERS];

	original = kit_slot();
	copied = 0;
	kit_write(&running, 1);
	for (unsigned i = 0; i < MAX_COPIERS; i++) {
		copies[i] = kit_slots(COPIES);
		t[i] = racer(i + 1, copy_on, &copies[i]);
	}
	for (unsigned i = 0; i < rounds; i++) {
		uint32_t before = kit_read(&copied);
		uint64_t limit = os_now_ns() + OS_S;

		EXPECT_OK(os_cspace_derive(SELF, SELF, root, original, original, RIGHTS_ALL, 0));
		while (kit_read(&copied) == before && os_now_ns() < limit)
			os_sleep(os_in_ns(OS_MS));
		EXPECT_OK(os_cspace_revoke(SELF, root));
		expect_no_copies();
	}
	kit_write(&running, 0);
	for (unsigned i = 0; i < MAX_COPIERS; i++)
		EXPECT(kit_join(t[i]));
	EXPECT(copied >= rounds);
}

static void serve_words(void *arg)
{
	struct os_received r;

	os_receive(service, &r, NULL, DEADLINE_FOREVER);
	for (;;) {
		for (volatile int i = 0; i < 200; i++)
			;
		r.id = 0;
		os_reply_receive(service, 0, &r, NULL, DEADLINE_FOREVER);
	}
}

TEST(races, servers_are_killed_in_every_state)
{
	uint32_t cpus = os_boot->cpu_count;
	struct kit_thread *clients[3];
	cap_t memory = kit_make(OBJ_UNTYPED, 14), server = kit_slots(2);

	describe();
	client_desc.desc.send_count = 0;
	for (unsigned i = 0; i < 3; i++)
		clients[i] = racer(i, exchange, NULL);
	for (uint64_t i = 0; i < 200; i++) {
		static char stack[4096] __attribute__((aligned(16)));

		EXPECT_OK(os_untyped_retype(memory, OBJ_THREAD, 12, 1, SELF, server));
		EXPECT_OK(os_untyped_retype(memory, OBJ_SCHED, 9, 1, SELF, server + 1));
		EXPECT_OK(os_thread_configure(server, SELF, CAP_SELF_VSPACE, i % 2 ? service : server + 1, CAP_NONE,
					      CAP_NONE, CAP_NONE));
		EXPECT_OK(os_thread_set_priority(server, KIT_PRIORITY - 1, 0, 0));
		EXPECT_OK(os_thread_set_cpu(server, (uint32_t)i % cpus));
		EXPECT_OK(os_thread_start(server, (uint64_t)serve_words, (uint64_t)stack + 4096 - 8, 0));
		os_sleep(os_in_ns(i * 1711 % (200 * OS_US)));
		EXPECT_OK(os_cspace_revoke(SELF, memory));
		EXPECT_OK(os_untyped_reset(memory));
		EXPECT_OK(os_requeue(service, 0));
	}
	kit_write(&running, 0);
	for (unsigned i = 0; i < 3; i++)
		EXPECT(kit_join(clients[i]));
}

TEST(races, message_ids_cannot_be_guessed_or_replayed)
{
	struct os_received r;
	cap_t endpoint = kit_endpoint();
	struct kit_thread *t;
	unsigned hits = 0;

	describe();
	to_service = kit_connect(endpoint, 1);
	client_desc.desc.send_count = 0;
	t = racer(0, exchange, NULL);
	ASSERT_OK(os_receive(endpoint, &r, NULL, os_in_ns(KIT_WAIT_NS)));
	for (uint64_t i = 1; i < 2000; i++) {
		hits += kit_reply(service, r.id, 0, 0) == 0;
		hits += kit_reply(endpoint, r.id + i, 0, 0) == 0;
		hits += kit_reply(endpoint, r.id ^ i << 20, 0, 0) == 0;
		hits += kit_reply(endpoint, i << 32 | (r.id & 0xffffffff), 0, 0) == 0 &&
			(i << 32 | (r.id & 0xffffffff)) != r.id;
	}
	EXPECT_EQ(hits, 0);
	kit_write(&running, 0);
	kit_reply(endpoint, r.id, 0, 0);
	EXPECT(kit_join(t));
}

TEST(races, tables_full_of_each_other_are_destroyed)
{
	cap_t tables[4];

	for (unsigned i = 0; i < 4; i++)
		tables[i] = kit_small_cspace(NULL, 0);
	for (unsigned i = 0; i < 4; i++) {
		for (cap_t slot = 1; slot < 100; slot++)
			EXPECT_OK(os_cspace_copy(tables[i], SELF, tables[(i + slot) % 4], slot, slot, RIGHTS_ALL, 0));
	}
	for (unsigned i = 0; i < 4; i++)
		EXPECT_OK(os_cspace_delete(SELF, tables[i]));
}
