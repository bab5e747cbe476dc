/* SPDX-License-Identifier: 0BSD */
/* memory.c: mapping, making objects, copying capabilities. */
#include "lib/bench.h"
#include "lib/kit.h"

#define RUN    64 /* pages a call */
#define ROUNDS 100

static void map_rounds(const struct bench *bench, bool unmap)
{
	cap_t extent = kit_make(OBJ_EXTENT, 18);

	for (int i = 0; i < ROUNDS; i++) {
		uint64_t start = bench_now();
		int64_t answer = os_extent_map(extent, CAP_SELF_VSPACE, KIT_VA, 0, RUN, PROT_READ | PROT_WRITE);
		uint64_t between = bench_now();

		if (!bench_ok(bench, answer, "extent_map"))
			return;
		answer = os_extent_unmap(extent, 0, RUN);
		if (!bench_ok(bench, answer, "extent_unmap"))
			return;
		if (i > 0) /* the first one makes the page tables */
			bench_add_exact(bench, (unmap ? bench_now() - between : between - start) / RUN);
	}
}

BENCH(map_4k, "map.4k", "insn")
{
	/* A neighbour keeps the page tables. */
	kit_map(KIT_VA + 0x100000, 12);
	map_rounds(bench, false);
}

BENCH(unmap_4k, "unmap.4k", "insn")
{
	kit_map(KIT_VA + 0x100000, 12);
	map_rounds(bench, true);
}

BENCH(retype_4k, "retype.4k", "insn")
{
	cap_t slot = kit_slot();

	for (int i = 0; i < ROUNDS; i++) {
		uint64_t start = bench_now();
		int64_t answer = os_untyped_retype(kit_arena(), OBJ_EXTENT, 12, 1, CAP_SELF_CSPACE, slot);

		bench_add(bench, bench_now() - start);
		if (!bench_ok(bench, answer, "untyped_retype"))
			return;
		os_cspace_delete(CAP_SELF_CSPACE, slot);
	}
}

BENCH(cap_copy, "cap.copy", "insn")
{
	cap_t event = kit_event();
	cap_t slot = kit_slots(64);

	for (int i = 0; i < ROUNDS; i++) {
		uint64_t start = bench_now();
		int64_t answer =
		    os_cspace_copy(CAP_SELF_CSPACE, CAP_SELF_CSPACE, event, slot, slot + 63, RIGHTS_ALL, 0);

		bench_add(bench, bench_now() - start);
		if (!bench_ok(bench, answer, "cspace_copy"))
			return;
		os_cspace_delete(CAP_SELF_CSPACE, slot);
	}
}

/* A client closes, the server takes the pulse, and makes the Connection ready for the next one. */
BENCH(connection_rearm, "connection.rearm", "insn")
{
	cap_t endpoint = kit_endpoint();
	struct os_received r;
	uint64_t number;
	cap_t client = kit_connect_number(endpoint, 1, &number);

	for (uint64_t i = 0; i < ROUNDS; i++) {
		uint64_t start;

		os_cspace_delete(CAP_SELF_CSPACE, client);
		os_receive(endpoint, &r, NULL, DEADLINE_NOW);
		start = bench_now();
		if (!bench_ok(bench, os_rearm(endpoint, number, i), "rearm"))
			return;
		bench_add(bench, bench_now() - start);
		if (!bench_ok(bench, os_connection_open(endpoint, number, client, client, 0), "connection_open"))
			return;
	}
}
