/* SPDX-License-Identifier: 0BSD */
/* hostile.c: programs that do their worst: the answer is an error, never a crash, a hang or a leak.
 *
 * Random callers have a CSpace of their own with capabilities of every type, which they copy, give
 * away, revoke and delete at random; a supervisor (the main thread) gives them new ones and
 * interrupts those that wait too long. What they could break of the test itself they do not get:
 * their own thread, address space, and the machine's power and ports. `calls=N` on the command line
 * sets how many calls are made in all.
 */
#include "lib/kit.h"

#include "lib/string.h"

#define SELF	CAP_SELF_CSPACE
#define CALLERS 4
#define TABLE	64 /* slots that they play with: 1 ... TABLE */

SUITE_SECONDS(hostile, 240);

struct caller {
	cap_t cspace;
	uint64_t random;
	uint64_t made, wanted;
	struct kit_thread *thread;
	struct divert_area area;
	char desc[sizeof(struct message_desc) + 4 * sizeof(struct message_piece)] __attribute__((aligned(64)));
	/* Arguments point into its first page; what calls write there may be longer. */
	uint64_t scratch[4096] __attribute__((aligned(4096)));
};

static struct caller callers[CALLERS];

static uint64_t next_random(struct caller *c)
{
	c->random ^= c->random << 13;
	c->random ^= c->random >> 7;
	c->random ^= c->random << 17;
	return c->random;
}

/* A deadline that does not hold things up. */
static uint64_t random_deadline(struct caller *c)
{
	return next_random(c) % 2 ? DEADLINE_NOW : os_in_ns(next_random(c) % (20 * OS_US));
}

/* Something that a call might take for an address, a number, a slot, a time or a size. */
static uint64_t random_argument(struct caller *c)
{
	static const uint64_t odd[] = {0,
				       1,
				       2,
				       7,
				       8,
				       12,
				       13,
				       64,
				       65,
				       255,
				       256,
				       4095,
				       4096,
				       0x7fffffffe000,
				       0x7ffffffff000,
				       0xffff800000000000,
				       1ull << 63,
				       ~0ull,
				       ~0ull - 4095,
				       CAP_NONE,
				       0xffffffff,
				       KIT_VA};
	uint64_t r = next_random(c);

	switch (r % 8) {
	case 0:
	case 1:
	case 2:
		return 1 + (r >> 8) % TABLE;
	case 3:
		return odd[(r >> 8) % (sizeof(odd) / sizeof(odd[0]))];
	case 4:
		return (uint64_t)c->scratch + (r >> 8) % 512 * 8;
	case 5:
		return KIT_VA + (r >> 8) % 64 * 4096;
	case 6:
		return random_deadline(c);
	default:
		return r >> (r >> 58);
	}
}

static void random_desc(struct caller *c)
{
	struct message_desc *d = (struct message_desc *)c->desc;

	*d = (struct message_desc){.send_count = (uint16_t)(next_random(c) % 3),
				   .receive_count = (uint16_t)(next_random(c) % 3),
				   .give_count = (uint8_t)(next_random(c) % 6),
				   .accept_count = (uint8_t)(next_random(c) % 6),
				   .give_flags = (uint8_t)(next_random(c) % 4),
				   .land_min = 1,
				   .land_max = TABLE};
	for (unsigned i = 0; i < MESSAGE_CAPS_MAX; i++)
		d->give[i] = (cap_t)(1 + next_random(c) % TABLE);
	for (unsigned i = 0; i < 4; i++)
		d->piece[i] = (struct message_piece){random_argument(c), next_random(c) % 8192};
}

static const struct message_desc *maybe_desc(struct caller *c)
{
	switch (next_random(c) % 4) {
	case 0:
		return NULL;
	case 1:
		return (const struct message_desc *)random_argument(c);
	default:
		random_desc(c);
		return next_random(c) % 2 ? (struct message_desc *)c->desc : os_accepts((struct message_desc *)c->desc);
	}
}

/* Calls that would end the caller or the test, or that would let garbage run. */
static bool is_left_out(unsigned number)
{
	return number == SYS_exit || number == SYS_power || number == SYS_debug_write || number == SYS_thread_start ||
	       number == SYS_thread_resume || number == SYS_thread_set_registers || number == SYS_ioport_create ||
	       number == SYS_thread_undivert;
}

static void random_call(struct caller *c)
{
	unsigned number = (unsigned)(next_random(c) % (SYSCALL_COUNT + 1));
	cap_t slot = (cap_t)(1 + next_random(c) % TABLE);
	struct os_words words;
	struct os_received r;

	for (unsigned i = 0; i < MESSAGE_WORDS; i++)
		words.w[i] = random_argument(c);
	r.words = words;
	r.id = random_argument(c);
	switch (number) {
	case SYS_send:
		os_send(slot, &words, maybe_desc(c), random_deadline(c), (unsigned)next_random(c) % 4);
		return;
	case SYS_receive:
		os_receive(slot, &r, maybe_desc(c), random_deadline(c));
		return;
	case SYS_reply:
		os_reply(slot, next_random(c) % 2 ? 0 : r.id, 0, &words, maybe_desc(c));
		return;
	case SYS_reply_receive:
		r.id = next_random(c) % 2 ? 0 : r.id;
		os_reply_receive(slot, 0, &r, maybe_desc(c), random_deadline(c));
		return;
	case SYS_forward:
		os_forward(slot, next_random(c) % 2 ? 0 : r.id, (cap_t)(1 + next_random(c) % TABLE), &words, 0);
		return;
	case SYS_forward_receive:
		r.id = next_random(c) % 2 ? 0 : r.id;
		os_forward_receive(slot, (cap_t)(1 + next_random(c) % TABLE), next_random(c) % 4 == 0, &r,
				   maybe_desc(c), random_deadline(c));
		return;
	case SYS_sleep:
		words.w[0] = random_deadline(c);
		break;
	}
	if (!is_left_out(number))
		os_call_words(os_call_rax(number, next_random(c) % 32 == 0, slot), &words);
}

static void call_at_random(void *arg)
{
	struct caller *c = arg;

	while (c->made < c->wanted) {
		/* Some time in user mode, or processors would do nothing but wait for the kernel
		 * lock. */
		for (uint64_t i = next_random(c) % 4096; i && os_boot->cpu_count > 1; i--)
			__asm__ volatile("");
		random_call(c);
		__atomic_add_fetch(&c->made, 1, __ATOMIC_RELAXED);
	}
}

static void on_divert(uint64_t bits, struct divert_area *area) { os_thread_undivert(); }

/* One of each type, most of them new each time, so that what was destroyed comes back. */
static cap_t fresh_capability(unsigned which, cap_t parts)
{
	static const struct {
		uint8_t type, size;
	} kinds[] = {{OBJ_UNTYPED, 12},	 {OBJ_UNTYPED, 14}, {OBJ_EXTENT, 12}, {OBJ_EXTENT, 15},
		     {OBJ_CSPACE, 12},	 {OBJ_VSPACE, 13},  {OBJ_THREAD, 12}, {OBJ_SCHED, 9},
		     {OBJ_ENDPOINT, 10}, {OBJ_EVENT, 8},    {OBJ_TIMER, 8},   {OBJ_IRQ, 8}};
	unsigned kind = which % (sizeof(kinds) / sizeof(kinds[0]));
	cap_t slot = kit_slot();

	if (os_untyped_retype(parts, kinds[kind].type, kinds[kind].size, 1, SELF, slot) < 0)
		return CAP_NONE;
	return slot;
}

static void give(struct caller *c, cap_t slot, bool move)
{
	cap_t to = (cap_t)(1 + next_random(c) % TABLE);

	if (move)
		os_cspace_move(c->cspace, SELF, slot, to, 0);
	else
		os_cspace_copy(c->cspace, SELF, slot, to, to, RIGHTS_ALL, (uint32_t)next_random(c) % 4);
}

/* Fills the table of C up again; shares some with the callers before. */
static void supply(struct caller *c, unsigned number, cap_t parts, cap_t shared_endpoint, cap_t shared_connection)
{
	for (unsigned i = 0; i < number; i++) {
		cap_t slot = fresh_capability((unsigned)next_random(c), parts);

		if (slot != CAP_NONE)
			give(c, slot, true);
	}
	if (number > 4) {
		give(c, kit_copy(shared_endpoint, RIGHT_ENDPOINT_RECEIVE | RIGHT_ENDPOINT_CONNECT), true);
		give(c, shared_connection, false);
	}
	give(c, kit_copy(BOOT_SLOT_SYSTEM, RIGHT_SYSTEM_TRACE | RIGHT_SYSTEM_IRQ), true);
	/* Without MANAGE: who feeds memory to its own table loses it when that is revoked. */
	give(c, kit_copy(c->cspace, RIGHT_CSPACE_READ | RIGHT_CSPACE_WRITE), true);
}

static void start_caller(unsigned i, uint64_t calls)
{
	struct caller *c = &callers[i];
	struct kit_how how = {.cpu = i % os_boot->cpu_count, .stopped = true, .priority = KIT_PRIORITY - 1};

	memset(c, 0, sizeof(*c));
	c->random = test_option("seed", 88172645463325252ull) + i * 7919;
	c->wanted = calls;
	c->cspace = kit_small_cspace(NULL, 0);
	how.cspace = c->cspace;
	how.vspace = kit_space();
	c->thread = kit_thread_with(&how, call_at_random, c);
	EXPECT_OK(os_thread_set_divert(c->thread->cap, (uint64_t)on_divert, (uint64_t)&c->area));
	EXPECT_OK(kit_thread_go(c->thread));
}

/* Whether C still works: interrupts it when it has not done anything since the last look. */
static bool look_after(struct caller *c, uint64_t *before)
{
	uint64_t made = __atomic_load_n(&c->made, __ATOMIC_RELAXED);

	if (kit_read(&c->thread->done))
		return false;
	if (made == *before)
		os_thread_divert(c->thread->cap, 1, DIVERT_INTERRUPT);
	*before = made;
	return true;
}

TEST(hostile, random_calls_on_random_capabilities)
{
	uint64_t calls = test_option("calls", os_boot->cpu_count == 1 ? 100000 : 1000) / CALLERS;
	uint64_t before[CALLERS] = {0};
	cap_t parts = kit_make(OBJ_UNTYPED, 22);
	cap_t endpoint = kit_endpoint();
	cap_t connection = kit_connect(endpoint, 1);
	bool busy = true;
	cap_t mark;

	for (unsigned i = 0; i < CALLERS; i++)
		start_caller(i, calls);
	mark = kit_slots(0);
	for (unsigned round = 0; busy; round++) {
		busy = false;
		for (unsigned i = 0; i < CALLERS; i++)
			busy |= look_after(&callers[i], &before[i]);
		if (round % 512 == 511)
			os_printf("calls made: %lu %lu %lu %lu\n", callers[0].made, callers[1].made, callers[2].made,
				  callers[3].made);
		if (round % 64 == 63) {
			EXPECT_OK(os_cspace_revoke(SELF, parts));
			EXPECT_OK(os_untyped_reset(parts));
			for (cap_t slot = mark; slot < kit_slots(0); slot++)
				os_cspace_delete(SELF, slot);
			kit_slots_back(mark);
		}
		for (unsigned i = 0; i < CALLERS; i++)
			supply(&callers[i], round % 64 ? 2 : 24, parts, endpoint, connection);
		os_sleep(os_in_ns(OS_MS));
	}
	for (cap_t slot = mark; slot < kit_slots(0); slot++)
		os_cspace_delete(SELF, slot);
	for (unsigned i = 0; i < CALLERS; i++)
		EXPECT_EQ(callers[i].made, callers[i].wanted);
}

static void touch(void *arg) { *(volatile uint64_t *)KIT_VA = 1; }

TEST(hostile, a_client_whose_pager_is_itself_waits_and_can_be_killed)
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

TEST(hostile, memory_is_unmapped_and_revoked_under_copies)
{
	uint32_t cpus = os_boot->cpu_count;
	struct kit_how low = {.priority = KIT_PRIORITY - 1};
	struct kit_thread *t[4];
	cap_t memory = kit_make(OBJ_UNTYPED, 18), extents = kit_slots(2);

	describe();
	for (unsigned i = 0; i < 4; i++) {
		low.cpu = (i + 1) % cpus;
		t[i] = kit_thread_with(&low, i % 2 ? serve : exchange, NULL);
	}
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
TEST(hostile, capabilities_are_revoked_while_they_are_copied)
{
	struct kit_how low = {.priority = KIT_PRIORITY - 1};
	unsigned rounds = os_boot->cpu_count > 1 ? 10 : 100;
	cap_t root = kit_event();
	struct kit_thread *t[MAX_COPIERS];

	original = kit_slot();
	copied = 0;
	kit_write(&running, 1);
	for (unsigned i = 0; i < MAX_COPIERS; i++) {
		copies[i] = kit_slots(COPIES);
		low.cpu = (i + 1) % os_boot->cpu_count;
		t[i] = kit_thread_with(&low, copy_on, &copies[i]);
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

TEST(hostile, servers_are_killed_in_every_state)
{
	uint32_t cpus = os_boot->cpu_count;
	struct kit_how low = {.priority = KIT_PRIORITY - 1};
	struct kit_thread *clients[3];
	cap_t memory = kit_make(OBJ_UNTYPED, 14), server = kit_slots(2);

	describe();
	client_desc.desc.send_count = 0;
	for (unsigned i = 0; i < 3; i++) {
		low.cpu = i % cpus;
		clients[i] = kit_thread_with(&low, exchange, NULL);
	}
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

TEST(hostile, message_ids_cannot_be_guessed_or_replayed)
{
	struct os_received r;
	cap_t endpoint = kit_endpoint();
	struct kit_how low = {.priority = KIT_PRIORITY - 1};
	struct kit_thread *t;
	unsigned hits = 0;

	describe();
	to_service = kit_connect(endpoint, 1);
	client_desc.desc.send_count = 0;
	t = kit_thread_with(&low, exchange, NULL);
	ASSERT_OK(os_receive(endpoint, &r, NULL, os_in_ns(OS_S)));
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

TEST(hostile, tables_full_of_each_other_are_destroyed)
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
