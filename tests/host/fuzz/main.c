/* SPDX-License-Identifier: 0BSD */
/* main.c - `fuzz_caps [--seconds N] [--seed S] [--ops N]`: runs one random world after the other. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "host/fuzz/caps.h"

int main(int argc, char **argv)
{
	uint64_t seconds = 10, seed = (uint64_t)time(NULL), ops = 3000, worlds = 0;
	time_t start = time(NULL);

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
	} while ((uint64_t)(time(NULL) - start) < seconds);
	printf("\n%" PRIu64 " worlds, all clean\n", worlds);
	return 0;
}
