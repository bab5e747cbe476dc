/* SPDX-License-Identifier: 0BSD */
/* latency.c: the worst time from a timer to its thread, while everything long that there is goes
 * on.
 *
 * A thread of high priority sleeps until times that fall anywhere into the work of a thread of low
 * priority on the same processor, which does one long operation after the other. The difference
 * between the time asked for and the first instruction afterwards, on the time stamp counter, is
 * the latency. The longest stretch without a preemption point is measured by the kernel itself, by
 * the flavour that can (kern/debug/stretch.h), in the same run.
 */
#include "lib/bench.h"
#include "lib/kit.h"
#include "lib/string.h"

#include <abi/trace.h>

#define STEP_NS	     30011 /* prime: falls into every phase of the work */
#define MAX	     (1 << 20)
#define SAMPLES	     4000
#define WARMUP	     16

#define SCATTERED_AT 0x500000000ull

static const struct bench *running;
static bool stop, quiet; /* quiet: latencies are no samples of the row */

/* The reading of the time stamp counter at which the clock is NS. */
static uint64_t tsc_at(uint64_t ns)
{
	const struct boot_clock *c = &os_boot->clock;

	return c->tsc_base + (uint64_t)((unsigned __int128)ns * c->to_tsc_mult >> c->to_tsc_shift);
}

static char from[MAX] __attribute__((aligned(4096))), to[MAX] __attribute__((aligned(4096)));
static OS_DESC(1) sending __attribute__((aligned(64))), receiving __attribute__((aligned(64)));
static cap_t endpoint, connection, cspaces[2], untyped;

/* A message and a reply in as many pieces as there can be, each in a page table of its own; they go
 * between two address spaces that are made for this, when `relay` is told. */
static OS_DESC(128) scattered __attribute__((aligned(4096))), scattered_server __attribute__((aligned(4096)));
static cap_t relay_endpoint, relay, scattered_endpoint, scattered_connection;

static void serve_scattered(void *arg)
{
	struct os_received r;

	os_receive(scattered_endpoint, &r, &scattered_server.desc, DEADLINE_FOREVER);
	for (;;) {
		r.id = 0;
		os_reply_receive(scattered_endpoint, 0, &r, os_accepts(&scattered_server.desc), DEADLINE_FOREVER);
	}
}

static void serve(void *arg)
{
	struct os_received r;

	os_receive(endpoint, &r, &receiving.desc, DEADLINE_FOREVER);
	for (;;) {
		r.id = 0;
		os_reply_receive(endpoint, 0, &r, os_accepts(&receiving.desc), DEADLINE_FOREVER);
	}
}

static void copy_mebibyte(void)
{
	struct os_words words = {{0}};

	bench_ok(running, os_send(connection, &words, &sending.desc, DEADLINE_FOREVER, 0), "send");
}

/* Tells the relay; then what landed is deleted. */
static void copy_scattered(void)
{
	struct os_words words = {{0}};

	scattered.desc.land_min = kit_slots(MESSAGE_CAPS_MAX);
	scattered.desc.land_max = scattered.desc.land_min + MESSAGE_CAPS_MAX - 1;
	bench_ok(running, os_send(relay, &words, NULL, DEADLINE_FOREVER, 0), "send to the relay");
	for (unsigned i = 0; i < MESSAGE_CAPS_MAX; i++)
		os_cspace_delete(CAP_SELF_CSPACE, scattered.desc.land_min + i);
}

static void serve_relay(void *arg)
{
	struct os_words words = {{0}};
	struct os_received r;

	os_receive(relay_endpoint, &r, NULL, DEADLINE_FOREVER);
	for (;;) {
		r.id = 0;
		bench_ok(running, os_send(scattered_connection, &words, &scattered.desc, DEADLINE_FOREVER, 0), "send");
		os_reply_receive(relay_endpoint, 0, &r, NULL, DEADLINE_FOREVER);
	}
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

static void (*const operations[])(void) = {copy_mebibyte, copy_scattered, copy_extent,
					   build,	  clone_and_drop, make_space};
#define OPERATIONS (sizeof(operations) / sizeof(operations[0]))

static void wait_for_times(void *arg)
{
	uint64_t at = os_in_ns(STEP_NS);

	for (unsigned i = 0; i < SAMPLES; i++) {
		uint64_t now;

		os_sleep(at);
		now = os_tsc();
		if (i >= WARMUP && !quiet)
			bench_add_exact(running, now - tsc_at(at));
		at = os_now_ns() + STEP_NS + i % 97 * 13;
	}
	stop = true;
}

/* Pieces of odd lengths for BASE's side: 64 to send and 64 to be filled. */
static void scatter(struct message_desc *desc, uint64_t base)
{
	desc->send_count = desc->receive_count = MESSAGE_PIECES_MAX;
	for (unsigned i = 0; i < 2 * MESSAGE_PIECES_MAX; i++)
		desc->piece[i] = (struct message_piece){base + i * (2ull << 20) + 4090 - i, 6 + i};
}

/* A thread that runs RUN in an address space of its own, with memory for all pieces. */
static void scattered_thread(void (*run)(void *))
{
	struct kit_how how = {.vspace = kit_space(), .priority = KIT_PRIORITY + 1};

	os_vspace_feed(how.vspace, kit_make(OBJ_UNTYPED, 20));
	for (unsigned i = 0; i < 2 * MESSAGE_PIECES_MAX; i++)
		bench_ok(running,
			 os_extent_map(kit_make(OBJ_EXTENT, 13), how.vspace, SCATTERED_AT + i * (2ull << 20), 0, 2,
				       PROT_READ | PROT_WRITE),
			 "extent_map");
	kit_wait_state(kit_thread_with(&how, run, NULL), THREAD_RECEIVE);
}

static void prepare_scattered(void)
{
	cap_t event = kit_event();

	scatter(&scattered.desc, SCATTERED_AT);
	scatter(&scattered_server.desc, SCATTERED_AT);
	scattered.desc.accept_count = MESSAGE_CAPS_MAX;
	scattered_server.desc.give_count = MESSAGE_CAPS_MAX;
	for (unsigned i = 0; i < MESSAGE_CAPS_MAX; i++)
		scattered_server.desc.give[i] = event;
	scattered_endpoint = kit_endpoint();
	scattered_connection = kit_connect(scattered_endpoint, 1);
	relay_endpoint = kit_endpoint();
	relay = kit_connect(relay_endpoint, 1);
	scattered_thread(serve_scattered);
	scattered_thread(serve_relay);
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
	prepare_scattered();
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
	prepare();
	t = kit_thread_with(&how, wait_for_times, NULL);
	mark = kit_slots(0);
	for (unsigned round = 0; !stop; round++) {
		operations[round % OPERATIONS]();
		bench_ok(bench, os_cspace_revoke(CAP_SELF_CSPACE, untyped), "cspace_revoke");
		bench_ok(bench, os_untyped_reset(untyped), "untyped_reset");
		kit_slots_back(mark);
	}
	kit_join(t);
}

BENCH(latency_max, "latency.max", "insn") { measure(bench); }

static const char *const call_names[] = {
#define SYSCALL(name, ...) [SYS_##name] = #name,
#include <abi/syscall_each.h>
};

/* The same run; whatever has run since boot counts too. */
BENCH(nopreempt_max, "nopreempt.max", "insn")
{
	const uint32_t first = COUNTER_longest_stretch;
	struct os_words counter;
	const char *name = "interrupt or exception";

	bench_ok(bench, os_counter_read(BOOT_SLOT_SYSTEM, 0, first, &counter), "counter_read");
	if (!counter.w[0]) {
		bench_skip(bench);
		return;
	}
	quiet = true;
	measure(bench);
	quiet = false;
	bench_ok(bench, os_counter_read(BOOT_SLOT_SYSTEM, 0, first, &counter), "counter_read");
	if (counter.w[1] < sizeof(call_names) / sizeof(call_names[0]))
		name = call_names[counter.w[1]];
	bench_add_exact(bench, counter.w[0]);
	os_printf("longest stretch: %lu instructions, of %s\n", counter.w[0], name);
}
