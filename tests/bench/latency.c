/* SPDX-License-Identifier: 0BSD */
/* latency.c: the worst time from a timer to its thread, while everything long that there is goes
 * on.
 *
 * A thread of high priority sleeps until times that fall anywhere into the work of a thread of low
 * priority on the same processor, which does one long operation after the other. The difference
 * between the time asked for and the first instruction afterwards, on the time stamp counter, is
 * the latency. The longest stretch without a preemption point follows from it: what of a latency
 * exceeds the least one was spent waiting for a cut.
 */
#include "lib/bench.h"
#include "lib/kit.h"
#include "lib/string.h"

#define STEP_NS 30011 /* prime: falls into every phase of the work */
#define MAX	(1 << 20)
#define SAMPLES 4000
#define WARMUP	16

static const struct bench *running;
static bool stop;
static uint64_t late[SAMPLES]; /* what was measured; both rows are about the same run */
static unsigned count;
static uint64_t least;
static unsigned doing; /* index of operations */

/* The reading of the time stamp counter at which the clock is NS. */
static uint64_t tsc_at(uint64_t ns)
{
	const struct boot_clock *c = &os_boot->clock;

	return c->tsc_base + (uint64_t)((unsigned __int128)ns * c->to_tsc_mult >> c->to_tsc_shift);
}

static char from[MAX] __attribute__((aligned(4096))), to[MAX] __attribute__((aligned(4096)));
static OS_DESC(1) sending __attribute__((aligned(64))), receiving __attribute__((aligned(64)));
static cap_t endpoint, connection, cspaces[2], untyped;

static void serve(void *arg)
{
	struct os_received r;

	os_receive(endpoint, &r, &receiving.desc, DEADLINE_FOREVER);
	for (;;) {
		r.id = 0;
		os_reply_receive(endpoint, 0, &r, &receiving.desc, DEADLINE_FOREVER);
	}
}

static void copy_mebibyte(void)
{
	struct os_words words = {{0}};

	bench_ok(running, os_send(connection, &words, &sending.desc, DEADLINE_FOREVER, 0), "send");
}

static cap_t make(enum object_type type, uint32_t size_log2, uint32_t number)
{
	cap_t first = kit_slots(number);

	bench_ok(running, os_untyped_retype(untyped, type, size_log2, number, CAP_SELF_CSPACE, first),
		 "untyped_retype");
	return first;
}

static void copy_extent(void)
{
	cap_t a = make(OBJ_EXTENT, 20, 1), b = make(OBJ_EXTENT, 20, 1);

	os_extent_zero(a, 0, 256);
	os_extent_copy(b, a, 0, 0, 256);
	os_extent_map(a, CAP_SELF_VSPACE, KIT_VA, 0, 256, PROT_READ);
	os_extent_protect(a, 0, 256, PROT_READ);
	os_extent_unmap(a, 0, 256);
}

static void build(void)
{
	for (unsigned i = 0; i < 4; i++)
		make(OBJ_ENDPOINT, 10, 64);
	make(OBJ_THREAD, 12, 32);
}

static void clone_and_drop(void)
{
	os_cspace_clone(cspaces[1], cspaces[0], 0, 511);
	os_cspace_drop(cspaces[1], SLOT_CLOEXEC, 0, 511);
}

static void make_space(void)
{
	cap_t vspace = make(OBJ_VSPACE, 13, 1), extent = make(OBJ_EXTENT, 20, 1);

	make(OBJ_CSPACE, 17, 1);
	os_vspace_feed(vspace, make(OBJ_UNTYPED, 16, 1));
	os_extent_map(extent, vspace, KIT_VA + 4096, 0, 256, PROT_READ | PROT_WRITE);
	os_vspace_protect(vspace, KIT_VA + 4096, 256, PROT_READ);
	os_cspace_delete(CAP_SELF_CSPACE, vspace);
}

static struct {
	const char *name;
	void (*run)(void);
	uint64_t worst;
} operations[] = {{"message of 1 MiB", copy_mebibyte, 0},
		  {"extent zero, copy, map, unmap", copy_extent, 0},
		  {"retype and revoke", build, 0},
		  {"clone and drop", clone_and_drop, 0},
		  {"address space", make_space, 0}};
#define OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static void note(uint64_t took)
{
	late[count++] = took;
	least = took < least ? took : least;
	if (took > operations[doing].worst)
		operations[doing].worst = took;
}

static void wait_for_times(void *arg)
{
	uint64_t at = os_in_ns(STEP_NS);

	for (unsigned i = 0; i < SAMPLES; i++) {
		uint64_t now;

		os_sleep(at);
		now = os_tsc();
		if (i >= WARMUP)
			note(now - tsc_at(at));
		at = os_now_ns() + STEP_NS + i % 97 * 13;
	}
	stop = true;
}

static void prepare(void)
{
	cap_t event = kit_event();

	memset(from, 1, sizeof(from));
	memset(to, 2, sizeof(to));
	sending.desc = (struct message_desc){.send_count = 1};
	sending.desc.piece[0] = (struct message_piece){(uint64_t)from, MAX};
	receiving.desc = (struct message_desc){.receive_count = 1};
	receiving.desc.piece[0] = (struct message_piece){(uint64_t)to, MAX};
	kit_server(serve, &endpoint, true, true);
	connection = kit_connect(endpoint, 1);
	untyped = kit_make(OBJ_UNTYPED, 22);
	for (unsigned i = 0; i < 2; i++) {
		cspaces[i] = kit_make(OBJ_CSPACE, 12);
		for (unsigned j = 0; j < 4; j++)
			os_cspace_feed(cspaces[i], kit_make(OBJ_UNTYPED, 12));
	}
	for (cap_t slot = 0; slot < 500; slot++)
		os_cspace_copy(cspaces[0], CAP_SELF_CSPACE, event, slot, slot, RIGHTS_ALL, SLOT_CLOEXEC);
}

static void measure(const struct bench *bench)
{
	struct kit_how how = {.vspace = kit_space(), .priority = KIT_PRIORITY + 50};
	struct kit_thread *t;
	cap_t mark;

	running = bench;
	stop = false;
	count = 0;
	least = ~0ull;
	prepare();
	t = kit_thread_with(&how, wait_for_times, NULL);
	mark = kit_slots(0);
	for (unsigned round = 0; !stop; round++) {
		doing = round % OPERATIONS;
		operations[doing].run();
		bench_ok(bench, os_cspace_revoke(CAP_SELF_CSPACE, untyped), "cspace_revoke");
		bench_ok(bench, os_untyped_reset(untyped), "untyped_reset");
		kit_slots_back(mark);
	}
	kit_join(t);
}

BENCH(latency_max, "latency.max", "insn")
{
	measure(bench);
	for (unsigned i = 0; i < count; i++)
		bench_add_exact(bench, late[i]);
}

BENCH(nopreempt_max, "nopreempt.max", "insn")
{
	measure(bench);
	for (unsigned i = 0; i < count; i++)
		bench_add_exact(bench, late[i] - least);
	for (unsigned i = 0; i < OPERATIONS; i++)
		os_printf("nopreempt %lu: %s\n", operations[i].worst - least, operations[i].name);
}
