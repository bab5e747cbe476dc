/* SPDX-License-Identifier: 0BSD */
/* data.c: round trips of messages with data.
 *
 * Client and server have buffers of their own in different address spaces. Requests carry the data
 * and the reply is words alone, or (recv) the other way round.
 */
#include "lib/bench.h"
#include "lib/kit.h"
#include "lib/string.h"

#define ROUNDS 100
#define MAX    (1 << 20)

static OS_DESC(16) client, server;
static char client_data[MAX] __attribute__((aligned(4096)));
static char server_data[MAX] __attribute__((aligned(4096)));

/* COUNT pieces of unequal length, BYTES together. */
static void spread(struct message_piece *piece, unsigned count, char *data, uint64_t bytes, int64_t odd)
{
	uint64_t each = bytes / count & ~63ull;

	for (unsigned i = 0; i < count; i++) {
		uint64_t len = each + (uint64_t)(i % 2 ? odd : -odd);

		if (i + 1 == count)
			len = bytes;
		piece[i] = (struct message_piece){(uint64_t)data, len};
		data += len;
		bytes -= len;
	}
}

static void serve_data(void *arg)
{
	cap_t endpoint = *(cap_t *)arg;
	struct os_received r;

	os_receive(endpoint, &r, &server.desc, DEADLINE_FOREVER);
	for (;;) {
		r.id = 0;
		os_reply_receive(endpoint, 0, &r, server.desc.send_count ? &server.desc : os_accepts(&server.desc),
				 DEADLINE_FOREVER);
	}
}

static void measure(const struct bench *bench, uint64_t bytes)
{
	struct os_words words = {{0}};
	cap_t endpoint, connection;

	memset(client_data, 1, sizeof(client_data));
	memset(server_data, 2, sizeof(server_data));
	kit_server(serve_data, &endpoint, true, true);
	connection = kit_connect(endpoint, 1);
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t start = bench_now();
		int64_t status = os_send(connection, &words, &client.desc, DEADLINE_FOREVER, 0);

		bench_add(bench, bench_now() - start);
		if (!bench_ok(bench, status, "send"))
			return;
	}
	if (memcmp(client_data, server_data, bytes))
		bench_fail(bench, "the data came wrong");
}

static void measure_send(const struct bench *bench, uint64_t bytes, unsigned client_pieces, unsigned server_pieces)
{
	client.desc = (struct message_desc){.send_count = client_pieces};
	server.desc = (struct message_desc){.receive_count = server_pieces};
	spread(client.desc.piece, client_pieces, client_data, bytes, 40);
	spread(server.desc.piece, server_pieces, server_data, bytes, -88);
	measure(bench, bytes);
}

BENCH(ipc_send_64, "ipc.send.64", "insn") { measure_send(bench, 64, 1, 1); }

BENCH(ipc_send_4k, "ipc.send.4k", "insn") { measure_send(bench, 4096, 1, 1); }

BENCH(ipc_send_64k, "ipc.send.64k", "insn") { measure_send(bench, 65536, 1, 1); }

BENCH(ipc_send_1m, "ipc.send.1m", "insn") { measure_send(bench, MAX, 1, 1); }

BENCH(ipc_send_64k_sg16, "ipc.send.64k.sg16", "insn") { measure_send(bench, 65536, 16, 16); }

BENCH(ipc_recv_64k, "ipc.recv.64k", "insn")
{
	client.desc = (struct message_desc){.receive_count = 1};
	server.desc = (struct message_desc){.send_count = 1};
	spread(client.desc.piece, 1, client_data, 65536, 40);
	spread(server.desc.piece, 1, server_data, 65536, -88);
	measure(bench, 65536);
}
