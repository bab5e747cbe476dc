/* SPDX-License-Identifier: 0BSD */
/* hostile.c: programs that send `sys` anything: it answers, or they end; nobody else is disturbed and nothing is left.
 *
 * They are another user's, in a name space of their own, and may harm themselves: a message can take away their stack. Each
 * request has a deadline, since some wait for what never comes. `seed=N` on the command line sends others.
 */
#include "sys/world.h"

#include "lib/bits.h"

SUITE_SECONDS(hostile_requests, 120);

#define CHILDREN 3 /* at a time */
#define ROUNDS	 24
#define REQUESTS 1500
#define USER	 1000

static uint64_t seed;
static uint8_t bytes[12000];

static uint64_t any(uint64_t below)
{
	/* xorshift64* (Vigna 2014) */
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (seed * 0x2545f4914f6cdd1dull >> 16) % below;
}

/* What could be an address, a length, a number of a process, flags. */
static uint64_t number(void)
{
	static const uint64_t odd[] = {0,
				       1,
				       PAGE - 1,
				       PAGE,
				       1ull << 31,
				       1ull << 32,
				       1ull << 47,
				       INT64_MAX,
				       1ull << 63,
				       ~0ull,
				       LAYOUT_MMAP_MIN,
				       LAYOUT_STACK_TOP - PAGE,
				       LAYOUT_CONTROL,
				       LAYOUT_INFO,
				       (uint64_t)bytes};

	switch (any(5)) {
	case 0:
		return odd[any(array_len(odd))];
	case 1:
		return odd[any(array_len(odd))] + any(9) - 4;
	case 2:
		return any(40);
	case 3:
		return LAYOUT_MMAP_MIN + any(64) * PAGE;
	default:
		return any(~0ull) >> any(64);
	}
}

static unsigned operation(void)
{
	static const unsigned first[] = {MEM_OP_BASE, PROC_OP_BASE, NS_OP_BASE};
	unsigned op;

	do
		op = any(8) ? first[any(array_len(first))] + (unsigned)any(40) : (unsigned)any(0x10000);
	while (op == PROC_EXIT || op == PROC_THREAD_EXIT || op == PROC_POWER);
	return op;
}

static void request(void)
{
	OS_DESC(2) d = {.desc = {.land_min = SLOT_DYNAMIC_MIN, .land_max = SLOT_DYNAMIC_MAX}};
	struct os_words w;
	cap_t to = any(4) ? CAP_SELF_PROCESS : any(3) ? CAP_SELF_HOME : SLOT_DYNAMIC_MIN + (cap_t)any(8);

	for (unsigned i = 0; i < MESSAGE_WORDS; i++)
		w.w[i] = number();
	w.w[0] = operation() | (any(3) ? 0 : any(1 << 12) << 32) | (any(20) ? 0 : any(256) << 16);
	d.desc.accept_count = (uint8_t)any(5);
	for (d.desc.give_count = 0; d.desc.give_count < 4 && any(3) == 0; d.desc.give_count++)
		d.desc.give[d.desc.give_count] = any(3) ? SLOT_DYNAMIC_MIN + (cap_t)any(8) : (cap_t)number();
	if (any(2))
		d.desc.piece[d.desc.send_count++] = (struct message_piece){(uint64_t)bytes, any(sizeof(bytes))};
	if (any(2)) {
		d.desc.piece[d.desc.send_count] = (struct message_piece){(uint64_t)bytes, any(sizeof(bytes))};
		d.desc.receive_count = 1;
	}
	os_send(to, &w, any(5) ? &d.desc : NULL, os_in_ns(OS_MS), 0);
}

/* Steps that could be meant, numbers, or text. */
static void fill_bytes(void)
{
	uint64_t *words = (uint64_t *)bytes;

	for (unsigned i = 0; i < sizeof(bytes) / 8; i++)
		words[i] = any(4) ? any(30) | any(3) << 32 : number();
	for (unsigned i = 0; any(2) && i < 200; i++)
		bytes[i] = (uint8_t) "/ab."[any(4)];
}

static void does_its_worst(void *arg)
{
	static struct proto_cred user = {
	    .uid = USER, .euid = USER, .suid = USER, .gid = USER, .egid = USER, .sgid = USER};
	struct os_words words;
	struct call become = {.to = CAP_SELF_PROCESS,
			      .op = PROC_CRED_SET,
			      .w1 = CRED_UID | CRED_EUID | CRED_SUID | CRED_GID | CRED_EGID | CRED_SGID | CRED_GROUPS,
			      .data = &user,
			      .bytes = sizeof(user)};

	if (ns_call(CAP_SELF_HOME, NS_CLONE, 0, 0, NULL, CAP_NONE, &words) < 0 || sys_call(&become, &words, NULL) < 0)
		child_exit(1);
	seed = (uint64_t)arg * 0x9e3779b97f4a7c15ull | 1;
	for (unsigned i = 0; i < REQUESTS; i++) {
		if (i % 16 == 0)
			fill_bytes();
		request();
	}
	child_exit(0);
}

/* It may have stopped itself, or wait for what never comes. */
static void end_child(int64_t pid)
{
	uint64_t patience = os_in_ns(2 * OS_S);
	uint32_t status;
	int64_t r;

	while ((r = proc_wait(P_PID, pid, WEXITED | WNOHANG, &status)) == 0 && os_now_ns() < patience)
		os_sleep(os_in_ns(5 * OS_MS));
	if (r == 0) {
		EXPECT_OK(proc_kill(pid, SIGKILL));
		status = status_of(pid);
	}
	EXPECT(status != 1 << 8);
}

TEST(hostile_requests, are_answered_or_end_who_sends_them)
{
	uint64_t first = test_option("seed", 1);
	int64_t pid[CHILDREN];

	for (uint64_t round = 0; round < ROUNDS; round++) {
		for (unsigned i = 0; i < CHILDREN; i++)
			EXPECT_OK(pid[i] = child_start(does_its_worst, (void *)(first + round * CHILDREN + i)));
		for (unsigned i = 0; i < CHILDREN; i++)
			end_child(pid[i]);
	}
}
