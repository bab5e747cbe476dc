/* SPDX-License-Identifier: 0BSD */
/* task.h: the kernel's side of a thread: Thread and SchedContext, and what it is bound to.
 *
 * sys/proc embeds one in each of its threads. handle.kind is HANDLE_THREAD: the Connection that is
 * bound as the thread's process and fault Connection, so messages and faults arrive with this
 * handle.
 */
#pragma once

#include "lib/list.h"
#include "main/request.h"
#include "mem/fds.h"
#include "mem/kobj.h"
#include "mem/space.h"

struct task {
	struct handle handle; /* first */
	struct account *account;
	struct space *space;
	struct fds *fds;
	struct kobj thread, sched;
	uint32_t number;	  /* the kernel's number of the thread */
	struct parked *fault;	  /* a fault of it that waits for a page, or for a decision */
	struct memobj *waits_for; /* whose page `fault` waits for */
	struct list_node waiting; /* in its waiters */
};

static inline struct task *task_of(struct handle *h) { return container_of(h, struct task, handle); }

/* Makes Thread and SchedContext, bound to SPACE and FDS (both get a reference) and to the handle's
 * Connection; HOME is a slot of sys' own with the context's Connection. Stopped. */
int task_init(struct task *t, struct account *account, struct space *space, struct fds *fds, cap_t home);
/* Binds to other containers: CAP_NONE or NULL: as it is. The space of a stopped thread only. */
int task_bind(struct task *t, struct space *space, struct fds *fds, cap_t home);
/* Starts it: rdi, rsi, and FS's base. */
int task_start(struct task *t, uint64_t entry, uint64_t stack, uint64_t arg0, uint64_t arg1, uint64_t thread_pointer);
/* Stops it for good and frees everything; its messages are no more (`notice` is not called: the
 * caller drops what it has parked for it), its fault neither. FDS_THEN as in fds_put. */
void task_destroy(struct task *t, struct work *fds_then);
/* Nanoseconds of processor time that it has used. */
uint64_t task_time_ns(const struct task *t);

/* Ends the wait of a fault that was told by proc_fault: RESUME: the instruction is tried again (the
 * handler has set registers, or memory); else the thread stays stopped, or its call ends with
 * EFAULT. */
void task_fault_end(struct task *t, bool resume);
