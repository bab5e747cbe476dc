/* SPDX-License-Identifier: 0BSD */
/* ipc.c: round trips of messages of words: send, reply_receive, and back in the client.
 *
 * The server is passive unless the row says otherwise: it runs on its client's time. The words stay
 * in registers on both sides.
 */
#include "lib/bench.h"
#include "lib/kit.h"

#define ROUNDS 1000
#define WARMUP 32

static void serve(void *arg)
{
	cap_t endpoint = *(cap_t *)arg;
	struct os_received r;

	os_receive(endpoint, &r, NULL, DEADLINE_FOREVER);
	for (;;) {
		r.id = 0;
		os_reply_receive(endpoint, 0, &r, NULL, DEADLINE_FOREVER);
	}
}

static void measure(const struct bench *bench, cap_t connection)
{
	struct os_words words = {{1, 2, 3, 4, 5, 6, 7, 8}};

	for (int i = 0; i < ROUNDS + WARMUP; i++) {
		uint64_t start = bench_now();
		int64_t status = os_send_words(connection, &words);
		uint64_t took = bench_now() - start;

		if (!bench_ok(bench, status, "send"))
			return;
		if (i >= WARMUP)
			bench_add(bench, took);
	}
	if (words.w[7] != 8)
		bench_fail(bench, "a word came back wrong");
}

static void measure_server(const struct bench *bench, bool other, bool passive)
{
	cap_t endpoint;

	kit_server(serve, &endpoint, other, passive);
	measure(bench, kit_connect(endpoint, 1));
}

BENCH(ipc_same_w8, "ipc.same.w8", "insn") { measure_server(bench, false, true); }

/* No word means anything; they travel nevertheless. */
BENCH(ipc_other_w0, "ipc.other.w0", "insn")
{
	cap_t endpoint, connection;

	kit_server(serve, &endpoint, true, true);
	connection = kit_connect(endpoint, 1);
	for (int i = 0; i < ROUNDS + WARMUP; i++) {
		struct os_words words = {{0}};
		uint64_t start = bench_now();
		int64_t status = os_send_words(connection, &words);
		uint64_t took = bench_now() - start;

		if (!bench_ok(bench, status, "send"))
			return;
		if (i >= WARMUP)
			bench_add(bench, took);
	}
}

BENCH(ipc_other_w8, "ipc.other.w8", "insn") { measure_server(bench, true, true); }

BENCH(ipc_other_w8_active, "ipc.other.w8.active", "insn") { measure_server(bench, true, false); }

BENCH(ipc_other_w8_deadline, "ipc.other.w8.deadline", "insn")
{
	struct os_words words = {{1, 2, 3, 4, 5, 6, 7, 8}};
	uint64_t deadline = os_in_ns(1000 * OS_S);
	cap_t endpoint, connection;

	kit_server(serve, &endpoint, true, true);
	connection = kit_connect(endpoint, 1);
	for (int i = 0; i < ROUNDS + WARMUP; i++) {
		uint64_t start = bench_now();
		int64_t status = os_send(connection, &words, NULL, deadline, 0);
		uint64_t took = bench_now() - start;

		if (!bench_ok(bench, status, "send"))
			return;
		if (i >= WARMUP)
			bench_add(bench, took);
	}
}

static cap_t onward; /* the second server's connection */

static void pass_on(void *arg)
{
	cap_t endpoint = *(cap_t *)arg;
	struct os_received r;

	os_receive(endpoint, &r, NULL, DEADLINE_FOREVER);
	for (;;) {
		int64_t status = os_send_words(onward, &r.words);

		r.id = 0;
		os_reply_receive(endpoint, status, &r, NULL, DEADLINE_FOREVER);
	}
}

BENCH(ipc_chain3, "ipc.chain3", "insn")
{
	cap_t first, second;

	kit_server(serve, &second, true, true);
	onward = kit_connect(second, 2);
	kit_server(pass_on, &first, true, true);
	measure(bench, kit_connect(first, 1));
}

static void forward(void *arg)
{
	cap_t endpoint = *(cap_t *)arg;
	struct os_received r;

	os_receive(endpoint, &r, NULL, DEADLINE_FOREVER);
	for (;;) {
		r.id = 0;
		os_forward_receive(endpoint, onward, 0, &r, NULL, DEADLINE_FOREVER);
	}
}

BENCH(ipc_forward, "ipc.forward", "insn")
{
	cap_t first, second;

	kit_server(serve, &second, true, true);
	onward = kit_connect(second, 2);
	kit_server(forward, &first, true, true);
	measure(bench, kit_connect(first, 1));
}

#define LANDING 64
static cap_t landing;

static void take_caps(void *arg)
{
	static struct message_desc desc;
	cap_t endpoint = *(cap_t *)arg;
	struct os_received r;

	desc = (struct message_desc){.accept_count = 1, .land_min = landing, .land_max = landing + LANDING - 1};
	os_receive(endpoint, &r, &desc, DEADLINE_FOREVER);
	for (;;) {
		r.id = 0;
		os_reply_receive(endpoint, 0, &r, os_accepts(&desc), DEADLINE_FOREVER);
	}
}

BENCH(ipc_cap, "ipc.cap", "insn")
{
	struct os_words words = {{0}};
	struct message_desc desc = {.give_count = 1, .give = {kit_event()}};
	cap_t endpoint, connection;

	landing = kit_slots(LANDING);
	kit_server(take_caps, &endpoint, true, true);
	connection = kit_connect(endpoint, 1);
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t start = bench_now();
		int64_t status = os_send(connection, &words, &desc, DEADLINE_FOREVER, 0);

		bench_add(bench, bench_now() - start);
		if (!bench_ok(bench, status, "send"))
			return;
		if (i % LANDING != LANDING - 1)
			continue;
		for (cap_t slot = landing; slot < landing + LANDING; slot++)
			bench_ok(bench, os_cspace_delete(CAP_SELF_CSPACE, slot), "delete");
	}
}
