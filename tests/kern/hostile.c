/* SPDX-License-Identifier: 0BSD */
/* hostile.c: random calls with random arguments on random capabilities: the answer is an error, never a crash, a hang or a
 * leak.
 *
 * The callers have a CSpace of their own with capabilities of every type, which they copy, give
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
	return number == SYS_exit || number == SYS_power || number == SYS_thread_start || number == SYS_thread_resume ||
	       number == SYS_thread_set_registers || number == SYS_ioport_create || number == SYS_thread_undivert;
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
