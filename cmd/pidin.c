/* SPDX-License-Identifier: 0BSD */
/* pidin: processes and threads, the state of each, and whom it waits for.
 *
 *   pidin [-m] [PID ...]
 *
 * One line a thread. -m: one line a process, with its memory.
 */
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <abi/thread.h>
#include <proto/info.h>
#include "lib/info.h"

static const char *state_name(uint32_t state)
{
	static const char *const names[THREAD_STATES] = {
	    [THREAD_INACTIVE] = "INACTIVE", [THREAD_READY] = "READY", [THREAD_SEND] = "SEND",
	    [THREAD_TRANSFER] = "TRANSFER", [THREAD_REPLY] = "REPLY", [THREAD_RECEIVE] = "RECEIVE",
	    [THREAD_FAULT] = "FAULT",	    [THREAD_SYNC] = "SYNC",   [THREAD_SLEEP] = "SLEEP",
	};

	if (state & THREAD_INFO_SUSPENDED)
		return "STOPPED";
	return state < THREAD_STATES ? names[state] : "?";
}

static void print_thread(const struct info_process *p, const struct info_thread *t)
{
	char waits[32] = "";

	if (t->waits_for_pid)
		snprintf(waits, sizeof(waits), "%u.%u", t->waits_for_pid, t->waits_for_tid);
	printf("%6u %5u %-20.31s %4u %3u  %-9s %-12s %9.3f\n", p->pid, t->tid, p->name, t->priority,
	       t->cpu, state_name(t->state), waits, (double)t->time_ns / 1e9);
}

static void print_threads(const struct info_process *p)
{
	void *records;
	int count = info_read(INFO_THREADS, p->pid, sizeof(struct info_thread), &records);

	if (count < 0) { /* it has ended meanwhile, or is a zombie */
		printf("%6u %5s %-20.31s %4s %3s  %-9s\n", p->pid, "-", p->name, "-", "-",
		       "ZOMBIE");
		return;
	}
	for (int i = 0; i < count; i++)
		print_thread(p, (const struct info_thread *)records + i);
	free(records);
}

static void print_memory(const struct info_process *p)
{
	printf("%6u %6u %-20.31s %c %7u %9lu %9lu\n", p->pid, p->parent, p->name, (int)p->state,
	       p->threads, (unsigned long)(p->memory_bytes >> 10),
	       (unsigned long)(p->resident_bytes >> 10));
}

/* Is `pid` one of those asked for? All are when none is named. */
static bool wanted(uint32_t pid, char **names, int count)
{
	for (int i = 0; i < count; i++)
		if (strtoul(names[i], NULL, 10) == pid)
			return true;
	return count == 0;
}

int main(int argc, char **argv)
{
	bool memory = false;
	void *records;
	int option, count, shown = 0;

	while ((option = getopt(argc, argv, "m")) != -1) {
		if (option != 'm') {
			fprintf(stderr, "usage: pidin [-m] [PID ...]\n");
			return 2;
		}
		memory = true;
	}
	count = info_read(INFO_PROCESSES, 0, sizeof(struct info_process), &records);
	if (count < 0)
		err(1, "sys");
	puts(memory
		 ? "   pid parent name                 S threads  mem(KiB)  res(KiB)"
		 : "   pid   tid name                 prio cpu  state     waits for    time (s)");
	for (int i = 0; i < count; i++) {
		const struct info_process *p = (const struct info_process *)records + i;

		if (!wanted(p->pid, argv + optind, argc - optind))
			continue;
		(memory ? print_memory : print_threads)(p);
		shown++;
	}
	free(records);
	if (!shown)
		errx(1, "no such process");
	return 0;
}
