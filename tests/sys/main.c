/* SPDX-License-Identifier: 0BSD */
/* main.c: runs the suites that the command line names. */
#include "sys/kit.h"

#include <parley/start.h>

static void nothing(void *arg) {}

/* What this program and sys keep for ever of the first time is there before the first test: pages of stack and data, spare
 * Connections, the record of a pager. */
static void warm_up(void)
{
	volatile char deep[3 * PAGE];
	struct paged p;

	for (uint64_t i = 0; i < sizeof(deep); i += PAGE)
		deep[i] = 1;
	for (volatile char *at = program_data; at < program_end; at += PAGE)
		*at = *at;
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(child_run(nothing, NULL), 0);
	if (paged_new(&p, PAGE))
		paged_end(&p);
}

void os_main(void)
{
	warm_up();
	test_run_all(os_boot->cmdline);
}
