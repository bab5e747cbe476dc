/* SPDX-License-Identifier: 0BSD */
/* bench.c: collects the samples of one benchmark at a time and prints the figures.
 *
 * Samples are sorted when a benchmark is over (heap sort: no recursion, no worst case), so that
 * median and 99th percentile are exact. What exceeds the table replaces nothing: it only counts.
 */
#include "lib/bench.h"

#include "lib/kit.h"
#include "lib/options.h"

#include <parley/debug.h>

#include <stddef.h>

extern const struct bench *const __start_benches[];
extern const struct bench *const __stop_benches[];

static uint64_t samples[BENCH_SAMPLES_MAX];
static uint64_t count;
static uint64_t overhead; /* of two readings of the clock */
static bool broken, skipped;

void bench_add_exact(const struct bench *bench, uint64_t sample)
{
	if (count < BENCH_SAMPLES_MAX)
		samples[count++] = sample;
}

void bench_add(const struct bench *bench, uint64_t sample)
{
	bench_add_exact(bench, sample > overhead ? sample - overhead : 0);
}

void bench_skip(const struct bench *bench) { skipped = true; }

void bench_fail(const struct bench *bench, const char *why)
{
	broken = true;
	os_printf("FAIL %s %s\n", bench->name, why);
}

bool bench_ok(const struct bench *bench, int64_t answer, const char *what)
{
	if (answer >= 0)
		return true;
	broken = true;
	os_printf("FAIL %s %s is -%s\n", bench->name, what, os_error_name(answer));
	return false;
}

static void swap(uint64_t *a, uint64_t *b)
{
	uint64_t kept = *a;

	*a = *b;
	*b = kept;
}

/* Lets the value at `at` sink until the heap of `len` values is one again. */
static void sift_down(uint64_t *heap, uint64_t len, uint64_t at)
{
	uint64_t child;

	while ((child = 2 * at + 1) < len) {
		if (child + 1 < len && heap[child + 1] > heap[child])
			child++;
		if (heap[at] >= heap[child])
			return;
		swap(&heap[at], &heap[child]);
		at = child;
	}
}

static void sort(uint64_t *values, uint64_t len)
{
	for (uint64_t at = len / 2; at-- > 0;)
		sift_down(values, len, at);
	for (uint64_t end = len; end-- > 1;) {
		swap(&values[0], &values[end]);
		sift_down(values, end, 0);
	}
}

static uint64_t clock_overhead(void)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < 16; i++) {
		uint64_t start = bench_now();
		uint64_t took = bench_now() - start;

		least = took < least ? took : least;
	}
	return least;
}

static bool run(const struct bench *bench)
{
	count = 0;
	broken = skipped = false;
	kit_begin();
	bench->run(bench);
	kit_end();
	if (skipped)
		return true;
	if (count == 0 && !broken)
		bench_fail(bench, "no samples");
	if (broken)
		return false;
	sort(samples, count);
	os_printf("bench %s %s %lu %lu %lu %lu %lu\n", bench->name, bench->unit, samples[0], samples[count / 2],
		  samples[count * 99 / 100], samples[count - 1], count);
	return true;
}

unsigned int bench_run_all(const char *command_line)
{
	unsigned int passed = 0;
	unsigned int failed = 0;

	overhead = clock_overhead();
	for (const struct bench *const *at = __start_benches; at < __stop_benches; at++) {
		const struct bench *bench = *at;

		if (option_find(command_line, "bench") && !option_lists_prefix(command_line, "bench", bench->name))
			continue;
		if (run(bench))
			passed++;
		else
			failed++;
	}
	os_printf("done %u passed %u failed\n", passed, failed);
	return failed;
}
