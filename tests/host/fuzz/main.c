/* SPDX-License-Identifier: 0BSD */
/* main.c - `fuzz_caps [--seconds N] [--seed S] [--ops N]`: runs one random world after the other.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include "host/fuzz/caps.h"
#include "host/harness.h"

/* For shim/mm.c; the harness, which has its own, is not linked here. */
uint64_t host_random(void)
{
	static uint64_t x;

	return (x += 0x9e3779b97f4a7c15ull) * 0xbf58476d1ce4e5b9ull >> 8;
}

static uint64_t now_sec(void)
{
	struct timeval now;

	gettimeofday(&now, NULL);
	return (uint64_t)now.tv_sec;
}

int main(int argc, char **argv)
{
	uint64_t seconds = 10, seed = now_sec(), ops = 3000, worlds = 0;
	uint64_t start = now_sec();

	for (int i = 1; i + 1 < argc; i += 2) {
		uint64_t value = strtoull(argv[i + 1], NULL, 0);

		if (!strcmp(argv[i], "--seconds"))
			seconds = value;
		else if (!strcmp(argv[i], "--seed"))
			seed = value;
		else if (!strcmp(argv[i], "--ops"))
			ops = value;
		else
			return fprintf(stderr, "fuzz_caps: unknown option %s\n", argv[i]), 2;
	}
	do {
		printf("\rworld %" PRIu64 " seed %" PRIu64 "   ", worlds++, seed);
		fflush(stdout);
		if (!fuzz_caps(seed++, (unsigned)ops))
			return printf("\nnot everything came back\n"), 1;
	} while (now_sec() - start < seconds);
	printf("\n%" PRIu64 " worlds, all clean\n", worlds);
	return 0;
}
