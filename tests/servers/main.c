/* SPDX-License-Identifier: 0BSD */
/* main.c: the test program of servers: runs the suites that the command line names. */
#include "lib/bench.h"
#include "lib/kit.h"
#include "lib/options.h"

#include <parley/start.h>

void os_main(void)
{
	kit_init();
	if (option_find(os_boot->cmdline, "bench"))
		bench_run_all(os_boot->cmdline);
	else
		test_run_all(os_boot->cmdline);
}
