/* SPDX-License-Identifier: 0BSD */
/* main.c: the test program: runs the suites that the command line names. */
#include "lib/kit.h"

#include <parley/start.h>

void os_main(void)
{
	kit_init();
	test_run_all(os_boot->cmdline);
}
