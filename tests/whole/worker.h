/* SPDX-License-Identifier: 0BSD */
/* worker.h: threads that do as they are told, and the containers that /proc says they are bound to. */
#pragma once

#include <pthread.h>
#include <stdbool.h>
#include <sys/types.h>

#include <abi/object.h>

enum { VSPACE, FDSPACE, FS, NS, ACCOUNT, KINDS };

struct bound {
	unsigned id[KINDS];
};

/* The containers of thread TID of process PID: the links of its directory, which must agree with its status. */
struct bound bound_of(pid_t pid, unsigned tid);
/* Expects that A and B are bound to the same containers in all kinds but those of the mask OTHER, where they differ. */
void expect_shared(struct bound a, struct bound b, unsigned other);
/* Whether /proc/KIND/ID/NAME has TEXT in it. */
bool file_has(const char *kind, unsigned id, const char *name, const char *text);
unsigned tid_of_self(void);

struct worker {
	pthread_t thread;
	pthread_barrier_t barrier;
	void (*step)(struct worker *w);
	unsigned tid;
	char text[64];
	int result, error;
};

/* A thread in CONTEXT and FDSPACE (0: the caller's). False: there is none, and a failed check. */
bool worker_begin(struct worker *w, cap_t context, cap_t fdspace);
/* Has it do STEP, and waits until it has. */
void worker_do(struct worker *w, void (*step)(struct worker *));
void worker_end(struct worker *w);
