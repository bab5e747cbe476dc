/* SPDX-License-Identifier: 0BSD */
/* main.c: `fuzz_caps [--seconds N] [--seed S] [--steps N]`: random operations on capabilities. */
#include <stdio.h>
#include "host/fuzz/caps.h"
#include "host/fuzz/run.h"
#include "host/harness.h"

/* For shim/mm.c; the harness, which has its own, is not linked here. */
uint64_t host_random(void)
{
	static uint64_t x;

	return (x += 0x9e3779b97f4a7c15ull) * 0xbf58476d1ce4e5b9ull >> 8;
}

static bool world(uint64_t seed, unsigned steps)
{
	bool clean = fuzz_caps(seed, steps);

	if (!clean)
		printf("\nnot everything came back\n");
	return clean;
}

int main(int argc, char **argv)
{
	return fuzz_run(argc, argv, &(struct fuzzer){.name = "fuzz_caps", .steps = 3000, .world = world});
}
