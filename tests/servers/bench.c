/* SPDX-License-Identifier: 0BSD */
/* bench.c: what operations cost with the server's part and the stubs, but without a C library. */
#include "lib/bench.h"
#include "client.h"
#include "ram.h"

#define ROUNDS 200
#define WARMUP 16

#define MEASURE(what, good)                                                                                            \
	for (int i = 0; i < ROUNDS + WARMUP; i++) {                                                                    \
		uint64_t start = bench_now();                                                                          \
		int64_t status = (what);                                                                               \
		uint64_t took = bench_now() - start;                                                                   \
                                                                                                                       \
		if (!bench_ok(bench, status, #what) || status != (good))                                               \
			return;                                                                                        \
		if (i >= WARMUP)                                                                                       \
			bench_add(bench, took);                                                                        \
	}

static char data[65536];

static int64_t begin(uint64_t bytes)
{
	int64_t file;

	kit_begin();
	if (!ram_start("4m"))
		return -1;
	file = client_open(ram_root(), "file", O_RDWR | O_CREAT, 0644);
	client_pwrite(file, data, bytes, 0);
	return file;
}

BENCH(pread_1, "srv.pread.1", "insn")
{
	int64_t file = begin(4096);

	MEASURE(client_pread(file, data, 1, 0), 1);
	kit_end();
}

BENCH(read_1, "srv.read.1", "insn")
{
	int64_t file = begin(65536);

	MEASURE(client_read(file, data, 1), 1);
	kit_end();
}

BENCH(pwrite_1, "srv.pwrite.1", "insn")
{
	int64_t file = begin(4096);

	MEASURE(client_pwrite(file, data, 1, 0), 1);
	kit_end();
}

BENCH(pread_4k, "srv.pread.4k", "insn")
{
	int64_t file = begin(4096);

	MEASURE(client_pread(file, data, 4096, 0), 4096);
	kit_end();
}

BENCH(pwrite_4k, "srv.pwrite.4k", "insn")
{
	int64_t file = begin(4096);

	MEASURE(client_pwrite(file, data, 4096, 0), 4096);
	kit_end();
}

BENCH(pread_64k, "srv.pread.64k", "insn")
{
	int64_t file = begin(65536);

	MEASURE(client_pread(file, data, 65536, 0), 65536);
	kit_end();
}

BENCH(seek, "srv.seek", "insn")
{
	int64_t file = begin(4096);

	MEASURE(client_file(file, FILE_SEEK, 0, SEEK_SET, NULL), 0);
	kit_end();
}

BENCH(stat, "srv.stat", "insn")
{
	struct proto_stat st;

	if (begin(1) < 0)
		return;
	MEASURE(client_stat(ram_root(), "file", &st), 0);
	kit_end();
}

BENCH(open_close, "srv.open_close", "insn")
{
	cap_t slot;

	if (begin(1) < 0)
		return;
	slot = kit_slot();
	for (int i = 0; i < ROUNDS + WARMUP; i++) {
		uint64_t start;
		int64_t file, status;

		kit_slots_back(slot);
		start = bench_now();
		file = client_open(ram_root(), "file", O_RDONLY, 0);
		status = client_close(file);
		start = bench_now() - start;
		if (!bench_ok(bench, file, "open") || !bench_ok(bench, status, "close"))
			return;
		if (i >= WARMUP)
			bench_add(bench, start);
	}
	kit_end();
}
