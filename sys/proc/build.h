/* SPDX-License-Identifier: 0BSD */
/* build.h: a process, or a new image of one, while it is being made. See build.c. */
#pragma once

#include "proc/process.h"

#include <proto/step.h>

/* A step's answer: its message has a page that is absent; it goes on when that is there. After so many times without
 * getting on it will not be there. */
#define BUILD_ABSENT	 2
#define BUILD_ABSENT_MAX 8

struct build {
	struct thread *caller; /* whose request it is; NULL once a replacement is committed */
	struct process *p;     /* the new process, or the caller's own */
	bool replace, absent;
	unsigned at, count; /* steps */
	unsigned absences;  /* since it got on */
	struct proc_step *steps;
	uint64_t bytes_at, bytes; /* what travels behind the steps */
	/* within a step */
	uint64_t cursor;
	bool begun;
	struct space_clone clone;
	/* containers; each holds a reference */
	struct space *space;
	struct fds *fds;
	struct context *context;
	bool space_shared, fds_new, fds_shared, cloned;
	/* what becomes of the process at the end */
	uint32_t group;
	bool has_group, own_session, has_blocked, has_sched, drop_cloexec;
	uint64_t blocked, cpus; /* 0: the caller's */
	bool server;
	uint8_t policy, priority;
	uint64_t budget_ns, period_ns;
	struct cred *cred; /* NULL: as it is */
	char *command;
	uint32_t command_bytes, command_name;
	struct thread *thread;
	uint64_t entry, stack, arg, thread_pointer;
	cap_t drop_at;
	struct work work;
};

/* Does the step B is at, or a piece of it: 0, SYS_MORE, BUILD_ABSENT, or an error. */
int build_do_step(struct build *b);
