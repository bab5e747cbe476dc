/* SPDX-License-Identifier: 0BSD */
/* bench.h: figures about the kernel, measured by the first program.
 *
 *   BENCH(syscall_null, "syscall.null", "insn")
 *   {
 *           for (int i = 0; i < 1000; i++) {
 *                   uint64_t start = bench_now();
 *                   os_null();
 *                   bench_add(bench, bench_now() - start);
 *           }
 *   }
 *
 * registers itself. Under QEMU's icount the time stamp counter advances by one at every
 * instruction, so differences are instruction counts. bench_add() takes off what the two readings
 * cost.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define BENCH_SAMPLES_MAX 8192

struct bench {
	const char *name;
	const char *unit;
	void (*run)(const struct bench *bench);
};

#define BENCH(ident, name_, unit_)                                                                                     \
	static void bench_##ident(const struct bench *bench);                                                          \
	static const struct bench *const bench_case__##ident __attribute__((used, section("benches"))) =               \
	    &(const struct bench){name_, unit_, bench_##ident};                                                        \
	static void bench_##ident(const struct bench *bench)

static inline uint64_t bench_now(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

/* One more sample of the running benchmark: a difference of two bench_now(). */
void bench_add(const struct bench *bench, uint64_t sample);

/* One more sample that is not a difference of bench_now(): nothing is taken off. */
void bench_add_exact(const struct bench *bench, uint64_t sample);

/* Says that the benchmark could not be done, and why. */
void bench_fail(const struct bench *bench, const char *why);

/* The kernel that runs cannot show it: the benchmark is left out. */
void bench_skip(const struct bench *bench);

/* Fails the benchmark when `answer` is an error. Returns whether it was none. */
bool bench_ok(const struct bench *bench, int64_t answer, const char *what);

/*
 * Runs what `command_line` asks for (`bench=ipc.same.w8,ipc.send`: those whose names begin so;
 * without it all) and prints
 *
 *   bench NAME UNIT MIN MEDIAN P99 MAX N
 *   FAIL NAME WHY
 *   done N passed N failed
 *
 * Returns how many failed.
 */
unsigned int bench_run_all(const char *command_line);
