/* SPDX-License-Identifier: 0BSD */
/* poll.c: asking ten Connections at once. */
#include "lib/bench.h"
#include "lib/kit.h"

#include <abi/poll.h>

#define ENTRIES 10
#define ROUNDS	500

BENCH(poll_10, "poll.10", "insn")
{
	static struct poll_entry entry[ENTRIES] __attribute__((aligned(16)));
	cap_t endpoint = kit_endpoint();

	for (unsigned i = 0; i < ENTRIES; i++)
		entry[i] = (struct poll_entry){.slot = kit_connect(endpoint, i), .mask = 1};
	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t start = bench_now();

		os_poll((uint64_t)entry, ENTRIES);
		bench_add(bench, bench_now() - start);
	}
}
