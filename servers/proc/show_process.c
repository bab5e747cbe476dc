/* SPDX-License-Identifier: 0BSD */
/* show_process.c: files of processes and threads. Formats: proc(5), as far as we know what it asks
 * for; other fields are 0. */
#include <abi/thread.h>
#include <proto/posix.h>
#include "info.h"
#include "show.h"

#define TICK_NS	   10000000ull /* USER_HZ is 100 */
#define PAGE_BYTES 4096

static const char *state_text(uint32_t letter)
{
	switch (letter) {
	case 'R':
		return "R (running)";
	case 'T':
		return "T (stopped)";
	case 'Z':
		return "Z (zombie)";
	case 'D':
		return "D (waits for a server)";
	default:
		return "S (sleeping)";
	}
}

int show_status(struct text *t, uint32_t id, uint32_t sub)
{
	struct info_process p;
	int status = info_process(id, &p);

	if (status < 0)
		return status;
	text_print(t, "Name:\t%s\nState:\t%s\nTgid:\t%u\nPid:\t%u\nPPid:\t%u\nPgrp:\t%u\nSession:\t%u\n", p.name,
		   state_text(p.state), p.pid, p.pid, p.parent, p.group, p.session);
	text_print(t, "Uid:\t%u\t%u\t%u\t%u\nGid:\t%u\t%u\t%u\t%u\n", p.uid, p.euid, p.euid, p.euid, p.gid, p.egid,
		   p.egid, p.egid);
	text_print(t, "VmSize:\t%lu kB\nVmRSS:\t%lu kB\nThreads:\t%u\nAccount:\t%u\n",
		   (unsigned long)(p.memory_bytes >> 10), (unsigned long)(p.resident_bytes >> 10), p.threads,
		   p.account);
	text_print(t, "ShdPnd:\t%016lx\nSigIgn:\t%016lx\nSigCgt:\t%016lx\n", (unsigned long)p.pending,
		   (unsigned long)p.ignored, (unsigned long)p.caught);
	return 0;
}

static int print_stat(struct text *t, const struct info_process *p, uint32_t number, uint64_t time_ns)
{
	text_print(t, "%u (%s) %c %u %u %u %u %u 0 0 0 0 0 %lu 0 %lu 0 20 0 %u 0 %lu %lu %lu ", number, p->name,
		   (char)p->state, p->parent, p->group, p->session, p->terminal, p->group,
		   (unsigned long)(time_ns / TICK_NS), (unsigned long)(p->children_ns / TICK_NS), p->threads,
		   (unsigned long)(p->start_ns / TICK_NS), (unsigned long)p->memory_bytes,
		   (unsigned long)(p->resident_bytes / PAGE_BYTES));
	text_print(t, "18446744073709551615 0 0 0 0 0 %lu 0 %lu %lu 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
		   (unsigned long)p->pending, (unsigned long)p->ignored, (unsigned long)p->caught);
	return 0;
}

int show_stat(struct text *t, uint32_t id, uint32_t sub)
{
	struct info_process p;
	int status = info_process(id, &p);

	return status < 0 ? status : print_stat(t, &p, p.pid, p.user_ns);
}

int show_thread_stat(struct text *t, uint32_t id, uint32_t sub)
{
	struct info_process p;
	struct info_thread thread;
	int status = info_process(id, &p);

	if (status == 0)
		status = info_thread(id, sub, &thread);
	return status < 0 ? status : print_stat(t, &p, sub, thread.time_ns);
}

int show_statm(struct text *t, uint32_t id, uint32_t sub)
{
	struct info_process p;
	int status = info_process(id, &p);

	if (status == 0)
		text_print(t, "%lu %lu 0 0 0 0 0\n", (unsigned long)(p.memory_bytes / PAGE_BYTES),
			   (unsigned long)(p.resident_bytes / PAGE_BYTES));
	return status;
}

int show_comm(struct text *t, uint32_t id, uint32_t sub)
{
	struct info_process p;
	int status = info_process(id, &p);

	if (status == 0)
		text_print(t, "%s\n", p.name);
	return status;
}

int show_cmdline(struct text *t, uint32_t id, uint32_t sub)
{
	static char buffer[PAGE_BYTES];
	uint64_t place = 0;

	do {
		int64_t got = info_chunk(INFO_COMMAND, id, &place, buffer, sizeof(buffer));

		if (got < 0)
			return (int)got;
		text_add(t, buffer, (uint64_t)got);
	} while (place);
	return 0;
}

/* The address space of the process's first thread. */
int show_maps(struct text *t, uint32_t id, uint32_t sub)
{
	struct info_thread thread;
	uint64_t place = 0;
	int64_t count = info_chunk(INFO_THREADS, id, &place, &thread, sizeof(thread));

	if (count < 1)
		return count < 0 ? (int)count : -ESRCH;
	return show_vspace(t, thread.vspace, 0);
}

static const char *const state_names[THREAD_STATES] = {
    [THREAD_INACTIVE] = "inactive", [THREAD_READY] = "ready", [THREAD_SEND] = "send",
    [THREAD_TRANSFER] = "transfer", [THREAD_REPLY] = "reply", [THREAD_RECEIVE] = "receive",
    [THREAD_FAULT] = "fault",	    [THREAD_SYNC] = "sync",   [THREAD_SLEEP] = "sleep",
};

int show_thread_status(struct text *t, uint32_t id, uint32_t sub)
{
	struct info_thread i;
	int status = info_thread(id, sub, &i);
	uint32_t state;

	if (status < 0)
		return status;
	state = i.state & ~(uint32_t)THREAD_INFO_SUSPENDED;
	text_print(t, "Pid:\t%u\nState:\t%s%s\nPriority:\t%u\nBase:\t%u\nPolicy:\t%u\nCpu:\t%u\n", i.tid,
		   state < THREAD_STATES ? state_names[state] : "?", i.state & THREAD_INFO_SUSPENDED ? ", stopped" : "",
		   i.priority, i.base_priority, i.policy, i.cpu);
	text_print(t, "Cpus:\t%lx\n", (unsigned long)i.cpus);
	text_print(t, "Waits for:\t%u.%u\nTime:\t%lu ns\nSigBlk:\t%016lx\n", i.waits_for_pid, i.waits_for_tid,
		   (unsigned long)i.time_ns, (unsigned long)i.blocked);
	text_print(t, "Vspace:\t%u\nFdspace:\t%u\nFs:\t%u\nNs:\t%u\nAccount:\t%u\n", i.vspace, i.fdspace, i.context,
		   i.namespace, i.account);
	return 0;
}
