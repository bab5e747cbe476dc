/* SPDX-License-Identifier: 0BSD */
/* main.c: runs the suites that the command line names. */
#include "sys/kit.h"

#include <parley/start.h>

static void nothing(void *arg) {}

static void sleeps(void *arg) { os_sleep(os_in_ns(20 * OS_MS)); }

static void touch_all(void)
{
	volatile char deep[8 * PAGE];

	for (uint64_t i = 0; i < sizeof(deep); i += PAGE)
		deep[i] = 1;
	for (volatile char *at = program_data; at < program_end; at += PAGE)
		*at = *at;
	for (uint64_t i = 0; i < 17; i++) { /* the records of 128 threads */
		volatile char *at = (volatile char *)(LAYOUT_CONTROL + i * PAGE);

		*at = *at;
	}
}

/* What this program and sys keep for ever of the first time is there before the first test: pages of stack, data and
 * thread records, and what becomes of them when they are written beside a clone; spare Connections; the record of a
 * pager. */
static void warm_up(void)
{
	struct paged p;
	int64_t pid;

	touch_all();
	pid = child_start(sleeps, NULL);
	touch_all();
	EXPECT_EQ(child_wait(pid), 0);
	for (int i = 0; i < 3; i++)
		EXPECT_EQ(child_run(nothing, NULL), 0);
	if (paged_new(&p, PAGE))
		paged_end(&p);
}

void os_main(void)
{
	os_system = SLOT_SYSTEM;
	warm_up();
	test_run_all(os_boot->cmdline);
}
