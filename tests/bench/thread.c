/* SPDX-License-Identifier: 0BSD */
/* thread.c: making threads and switching between them. */
#include "lib/bench.h"
#include "lib/kit.h"

#define ROUNDS 200

static void never(void *arg) {}

/* A thread with its time: two objects, three bindings, priority, start. It is too unimportant to
 * run. */
BENCH(thread_create, "thread.create", "insn")
{
	cap_t thread = kit_slot();
	cap_t sched = kit_slot();

	for (int i = 0; i < ROUNDS; i++) {
		uint64_t start = bench_now();
		int64_t answer;

		os_untyped_retype(kit_arena(), OBJ_THREAD, 12, 1, CAP_SELF_CSPACE, thread);
		os_untyped_retype(kit_arena(), OBJ_SCHED, 9, 1, CAP_SELF_CSPACE, sched);
		os_thread_configure(thread, CAP_SELF_CSPACE, CAP_SELF_VSPACE, sched, CAP_NONE, CAP_NONE, CAP_NONE);
		os_thread_set_priority(thread, 1, 0, 0);
		answer = os_thread_start(thread, (uint64_t)never, KIT_VA, 0);
		bench_add(bench, bench_now() - start);
		if (!bench_ok(bench, answer, "thread_start"))
			return;
		os_cspace_delete(CAP_SELF_CSPACE, thread);
		os_cspace_delete(CAP_SELF_CSPACE, sched);
	}
}

static const struct bench *running;
static volatile uint64_t left;
static bool stop;

static void yield_back(void *arg)
{
	while (!stop) {
		left = bench_now();
		os_yield();
	}
}

/* From one thread's yield to the other's next instruction. */
BENCH(thread_yield, "thread.yield", "insn")
{
	struct kit_thread *other;

	stop = false;
	other = kit_thread(yield_back, NULL);
	os_yield();
	for (int i = 0; i < ROUNDS; i++) {
		os_yield();
		bench_add(bench, bench_now() - left);
	}
	stop = true;
	kit_join(other);
}

static uint32_t word;

static void wait_for_word(void *arg)
{
	while (!stop) {
		os_sync_wait((uint64_t)&word, 0, DEADLINE_FOREVER, 0);
		bench_add(running, bench_now() - left);
	}
}

/* From the waker's call to the first instruction of a more important waiter. */
BENCH(sync_handover, "sync.handover", "insn")
{
	struct kit_how how = {.priority = KIT_PRIORITY + 10};
	struct kit_thread *other;

	running = bench;
	stop = false;
	other = kit_thread_with(&how, wait_for_word, NULL);
	kit_wait_state(other, THREAD_SYNC);
	for (int i = 0; i < ROUNDS; i++) {
		stop = i + 1 == ROUNDS;
		left = bench_now();
		if (!bench_ok(bench, os_sync_wake((uint64_t)&word, 1, 0), "sync_wake"))
			return;
	}
	kit_join(other);
}
