/* SPDX-License-Identifier: 0BSD */
/* main.c: the benchmark program. */
#include "lib/bench.h"
#include "lib/kit.h"

#include <parley/start.h>

void os_main(void)
{
	kit_init();
	bench_run_all(os_boot->cmdline);
}
