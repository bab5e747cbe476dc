/* SPDX-License-Identifier: 0BSD */
/* main.c: runs the suites that the command line names. */
#include "sys/kit.h"

#include <parley/start.h>

static void nothing(void *arg) {}

/* What sys keeps for ever of the first process that ends (a spare Connection) is there before the first test. */
void os_main(void)
{
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(child_run(nothing, NULL), 0);
	test_run_all(os_boot->cmdline);
}
