/* SPDX-License-Identifier: 0BSD */
/* run.h: what all fuzzers do: one random world after the other, until the time is over or one fails. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct fuzzer {
	const char *name;
	unsigned steps;				      /* of a world, unless `--steps N` says otherwise */
	bool (*world)(uint64_t seed, unsigned steps); /* true: nothing was found. The same seed does the same */
	bool *trace;				      /* set by `--trace 1`; NULL: there is no such option */
};

/* Options: `--seconds N` for how long (10), `--seed S` the first world's (the time). The exit status. */
int fuzz_run(int argc, char **argv, const struct fuzzer *fuzzer);
