/* SPDX-License-Identifier: 0BSD */
/* on: runs a program on certain processors, and with a priority.
 *
 *   on [-C CPU | -C any] ... [-p PRIORITY] PROGRAM [ARG ...]
 *
 * What the program starts has the same processors. A priority makes it a program of real time (SCHED_RR, 1 to 99).
 */
#include <err.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Noreturn void usage(void)
{
	fprintf(stderr, "usage: on [-C CPU | -C any] ... [-p PRIORITY] PROGRAM [ARG ...]\n");
	exit(2);
}

static int number(const char *text, int max)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (end == text || *end || value < 0 || value > max)
		usage();
	return (int)value;
}

static void add(cpu_set_t *cpus, const char *which)
{
	long count = sysconf(_SC_NPROCESSORS_ONLN);

	if (strcmp(which, "any") != 0) {
		CPU_SET(number(which, CPU_SETSIZE - 1), cpus);
		return;
	}
	for (int cpu = 0; cpu < count; cpu++)
		CPU_SET(cpu, cpus);
}

int main(int argc, char **argv)
{
	struct sched_param priority = {0};
	cpu_set_t cpus;
	int option;

	CPU_ZERO(&cpus);
	while ((option = getopt(argc, argv, "+C:p:")) != -1) {
		if (option == 'C')
			add(&cpus, optarg);
		else if (option == 'p')
			priority.sched_priority = number(optarg, 99);
		else
			usage();
	}
	if (optind == argc)
		usage();
	if (CPU_COUNT(&cpus) && sched_setaffinity(0, sizeof(cpus), &cpus) < 0)
		err(1, "processors");
	if (priority.sched_priority && sched_setscheduler(0, SCHED_RR, &priority) < 0)
		err(1, "priority %d", priority.sched_priority);
	execvp(argv[optind], argv + optind);
	err(127, "%s", argv[optind]);
}
