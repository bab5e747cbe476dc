/* SPDX-License-Identifier: 0BSD */
/* syscall.c: the price of entering the kernel. */
#include "lib/bench.h"
#include "lib/kit.h"

BENCH(syscall_null, "syscall.null", "insn")
{
	for (int i = 0; i < 1000; i++) {
		uint64_t start = bench_now();

		os_null();
		bench_add(bench, bench_now() - start);
	}
}
