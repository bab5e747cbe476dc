/* SPDX-License-Identifier: 0BSD */
/* run.c: the main loop of fuzzers. */
#include "host/fuzz/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

static uint64_t now_sec(void)
{
	struct timeval now;

	gettimeofday(&now, NULL);
	return (uint64_t)now.tv_sec;
}

int fuzz_run(int argc, char **argv, const struct fuzzer *fuzzer)
{
	uint64_t start = now_sec(), seconds = 10, seed = start, steps = fuzzer->steps, worlds = 0;

	for (int i = 1; i + 1 < argc; i += 2) {
		uint64_t value = strtoull(argv[i + 1], NULL, 0);

		if (!strcmp(argv[i], "--seconds"))
			seconds = value;
		else if (!strcmp(argv[i], "--seed"))
			seed = value;
		else if (!strcmp(argv[i], "--steps"))
			steps = value;
		else if (!strcmp(argv[i], "--trace") && fuzzer->trace)
			*fuzzer->trace = value != 0;
		else
			return fprintf(stderr, "%s: unknown option %s\n", fuzzer->name, argv[i]), 2;
	}
	do {
		printf("\rworld %" PRIu64 " seed %" PRIu64 "   ", worlds++, seed);
		fflush(stdout);
		if (!fuzzer->world(seed++, (unsigned)steps))
			return 1;
	} while (now_sec() - start < seconds);
	printf("\n%" PRIu64 " worlds, all clean\n", worlds);
	return 0;
}
