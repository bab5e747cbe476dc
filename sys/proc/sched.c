/* SPDX-License-Identifier: 0BSD */
/* sched.c: policies as POSIX has them, on the kernel's priorities.
 *
 * Numbers are the kernel's own. SCHED_OTHER has the lowest 40 of them, with a time slice, for the 40 nice values: 20 is
 * nice 0, and what a service gets of which the manifest says nothing. A real-time program may be above or below. */
#include "proc/process.h"

#include <parley/syscall.h>
#include <proto/posix.h>
#include <proto/proto.h>
#include <proto/signal.h>

#define OTHER_MAX    40
#define REALTIME_MAX 199
#define SLICE_NS     10000000ull

/* What T may give itself, and pulses that it receives: as its user may ask of us. */
static uint32_t highest(const struct thread *t) { return t->process->cred->is.euid == 0 ? REALTIME_MAX : t->priority; }

void sched_apply_priority(struct thread *t) { os_thread_set_priority(t->task.thread.slot, t->priority, highest(t), 0); }

void sched_apply(struct thread *t)
{
	if (t->task.sched.slot != CAP_NONE)
		os_sched_configure(t->task.sched.slot, t->budget_ns, t->period_ns,
				   t->policy == SCHED_FIFO ? 0 : SLICE_NS, 0);
	sched_apply_priority(t);
}

int sched_allowed(const struct process *p, uint32_t policy, uint32_t priority)
{
	bool root = p->cred->is.euid == 0;

	switch (policy) {
	case SCHED_OTHER:
		if (priority < 1 || priority > OTHER_MAX)
			return -EINVAL;
		return root || priority <= SCHED_NICE_0 || priority <= p->limits[RLIMIT_NICE].soft ? 0 : -EPERM;
	case SCHED_FIFO:
	case SCHED_RR:
		if (priority < 1 || priority > REALTIME_MAX)
			return -EINVAL;
		return root || priority <= p->limits[RLIMIT_RTPRIO].soft ? 0 : -EPERM;
	}
	return -EINVAL;
}

/* The thread that pid and thread mean: with thread 0 the first one of the process. */
static int find(struct request *q, struct process **p, struct thread **t)
{
	uint32_t pid = (uint32_t)q->words.w[1], tid = (uint32_t)q->words.w[2];
	struct list_node *first;

	*t = NULL;
	if (q->handle->kind == HANDLE_PROCESS)
		*p = container_of(q->handle, struct process, handle);
	else if (q->handle->kind == HANDLE_THREAD)
		*p = pid ? process_lookup(pid) : thread_of(q)->process;
	else
		return -EINVAL;
	if (!*p || (*p)->state != PROCESS_RUNNING)
		return -ESRCH;
	if (tid) {
		*t = thread_lookup(tid);
		return *t && (*t)->process == *p && !(*t)->ending ? 0 : -ESRCH;
	}
	first = list_first(&(*p)->threads);
	*t = first ? thread_at(first) : NULL;
	return first ? 0 : -ESRCH;
}

static void set(struct thread *t, uint8_t policy, uint8_t priority)
{
	if (t->ending)
		return;
	t->policy = policy;
	t->priority = priority;
	sched_apply(t);
}

int64_t sys_proc_sched_set(struct request *q)
{
	uint32_t policy = (uint32_t)q->words.w[3], priority = (uint32_t)q->words.w[4];
	struct process *p, *self;
	struct thread *t;
	int error = find(q, &p, &t);

	if (error)
		return error;
	self = q->handle->kind == HANDLE_THREAD ? thread_of(q)->process : p;
	error = sched_allowed(self, policy, priority);
	/* Worse is always allowed, better only as above. */
	if (error == -EPERM && policy == SCHED_OTHER && t->policy == SCHED_OTHER && priority <= t->priority)
		error = 0;
	if (error)
		return error;
	if (self != p && !cred_may_signal(&self->cred->is, &p->cred->is))
		return -EPERM;
	if (q->words.w[2]) {
		set(t, (uint8_t)policy, (uint8_t)priority);
		return 0;
	}
	list_for_each (at, &p->threads)
		set(thread_at(at), (uint8_t)policy, (uint8_t)priority);
	return 0;
}

int64_t sys_proc_cpus(struct request *q)
{
	bool set = PROTO_FLAGS(q->words.w[0]) & CPUS_SET;
	uint64_t cpus = q->words.w[3];
	struct process *p;
	struct thread *t;
	int error = find(q, &p, &t);

	if (error)
		return error;
	if (set && q->handle->kind == HANDLE_THREAD && !cred_may_signal(&thread_of(q)->process->cred->is, &p->cred->is))
		return -EPERM;
	if (set)
		error = place_confine(t, cpus);
	q->words.w[1] = t->cpus;
	return error;
}

int64_t sys_proc_sched_get(struct request *q)
{
	struct process *p;
	struct thread *t;
	int error = find(q, &p, &t);

	if (error)
		return error;
	q->words.w[1] = t->policy;
	q->words.w[2] = t->priority;
	q->words.w[3] = t->policy == SCHED_FIFO ? 0 : SLICE_NS;
	return 0;
}
