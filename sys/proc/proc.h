/* SPDX-License-Identifier: 0BSD */
/* proc.h: what sys/proc does for the other parts. */
#pragma once

#include "main/handle.h"
#include "main/request.h"
#include "mem/task.h"

/* Before the first process. */
void proc_init(void);

/* A program that sys itself starts: process with root's credentials. */
struct proc_first {
	const char *name;
	struct space *space; /* filled; references are taken over */
	struct fds *fds;
	uint64_t entry, stack, arg;
	uint32_t priority;
	bool supervisor; /* gets the mount right and the power right, see system/README */
};
int proc_start_first(const struct proc_first *how);

/* A thread has done what memory cannot help: a page fault outside its regions or against their
 * protection, or an exception. Q is the fault message; it has not been answered. proc parks it,
 * ends it by answering a status (0: try again; negative: the thread stops there, or its call ends
 * with EFAULT), as any handler. WORDS: fault.h. */
int64_t proc_fault(struct task *t, struct request *q);

/* The account that a task's process charges processes to. */
struct account *proc_account(struct task *t);
