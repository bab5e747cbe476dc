/* SPDX-License-Identifier: 0BSD */
/* first.c: the beginning: sys' own record, and the programs that sys starts by itself. */
#include "proc/clock.h"
#include "proc/process.h"

#include "lib/string.h"
#include "mem/heap.h"
#include "mem/slot.h"

#include <proto/layout.h>

void proc_init(void)
{
	clock_init();
	if (process_new(NULL, NULL, &process_sys) || group_make(process_sys, true))
		sys_panic("no memory for the first process");
	memcpy(process_sys->name, "sys", 4);
	process_publish(process_sys);
}

static void name(struct process *p, const char *text)
{
	uint32_t bytes = (uint32_t)strlen(text) + 1;
	char *copy = heap_alloc(bytes);

	if (!copy)
		return;
	memcpy(copy, text, bytes);
	process_set_command(p, copy, bytes, 0);
}

static struct handle terminal_right = {.kind = HANDLE_RIGHT, .rights = RIGHT_IS_TERMINAL};

/* What the supervisor has to hand on. */
static int give_rights(struct process *p, struct fds *fds)
{
	cap_t mount, terminal;
	int error = path_mount_right(p->context, &mount);

	if (error)
		return error;
	error = fds_put_slot(fds, SLOT_MOUNT_RIGHT, NULL, mount, RIGHTS_ALL, 0);
	slot_delete(mount);
	if (!error)
		error = handle_open(&terminal_right, &terminal);
	if (error)
		return error;
	error = fds_put_slot(fds, SLOT_TERMINAL, NULL, terminal, RIGHTS_ALL, 0);
	slot_delete(terminal);
	return error;
}

static int start(struct process *p, const struct proc_first *how)
{
	struct thread *t;
	int error = path_context_copy(path_first(), &p->context);

	if (!error)
		error = group_make(p, true);
	if (!error && how->supervisor)
		error = give_rights(p, how->fds);
	if (!error)
		error = thread_new(p, p->account, how->space, how->fds, p->context, &t);
	if (error)
		return error;
	p->space = how->space;
	p->fds = how->fds;
	p->owns_info = true;
	p->subreaper = how->supervisor;
	t->policy = how->priority ? SCHED_RR : SCHED_OTHER;
	t->priority = how->priority ? (uint8_t)how->priority : SCHED_NICE_0;
	t->cpus = 1; /* as all services, of which the manifest says nothing else */
	t->server = true;
	name(p, how->name);
	process_publish(p);
	thread_number(t, p->pid);
	process_info_update(p);
	thread_start(t, how->entry, how->stack, how->arg, 0);
	return 0;
}

int proc_start_first(const struct proc_first *how)
{
	struct process *p;
	int error = process_new(process_sys, &account_root, &p);

	if (error)
		return error;
	error = start(p, how);
	if (error) {
		if (p->context)
			path_context_put(p->context);
		account_uncharge(&account_root, ACCOUNT_IS_PROCESSES, 1);
		account_put(&account_root);
		process_put(p);
	}
	return error;
}
