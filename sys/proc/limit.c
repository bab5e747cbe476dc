/* SPDX-License-Identifier: 0BSD */
/* limit.c: resource limits and what has been used.
 *
 * Enforced here: RLIMIT_NPROC (processes of one real user), RLIMIT_CPU, RLIMIT_NICE and RLIMIT_RTPRIO, and by the
 * library RLIMIT_NOFILE. The others are kept, and inherited. Memory is bounded by accounts. */
#include "proc/signal.h"

#include <proto/layout.h>
#include <proto/posix.h>
#include <proto/proto.h>

void limit_init(struct process *p, const struct process *parent)
{
	for (unsigned i = 0; i < PROC_LIMITS; i++)
		p->limits[i] = parent ? parent->limits[i] : (struct limit){RLIM_INFINITY, RLIM_INFINITY};
	if (parent)
		return;
	p->limits[RLIMIT_NOFILE] = (struct limit){SLOT_OPEN_MAX, SLOT_OPEN_MAX};
	p->limits[RLIMIT_STACK].soft = LAYOUT_STACK_BYTES;
	p->limits[RLIMIT_CORE] = (struct limit){0, 0};
	p->limits[RLIMIT_NICE] = p->limits[RLIMIT_RTPRIO] = (struct limit){0, 0};
	p->limits[RLIMIT_SIGPENDING] = (struct limit){SIGNAL_QUEUE_MAX, SIGNAL_QUEUE_MAX};
}

int limit_process(const struct process *parent)
{
	uint64_t limit = parent->limits[RLIMIT_NPROC].soft, count = 0;

	if (limit == RLIM_INFINITY || parent->cred->is.euid == 0)
		return 0;
	for (struct process *p = process_from(PROC_SYS + 1); p; p = process_from(p->pid + 1))
		count += p->cred->is.uid == parent->cred->is.uid;
	return count < limit ? 0 : -EAGAIN;
}

int64_t sys_proc_limit(struct request *q)
{
	uint64_t which = q->words.w[1];
	struct limit *limit, old, new = {q->words.w[2], q->words.w[3]};
	struct process *p;

	if (q->handle->kind == HANDLE_PROCESS)
		p = container_of(q->handle, struct process, handle);
	else if (q->handle->kind == HANDLE_THREAD)
		p = thread_of(q)->process;
	else
		return -EINVAL;
	if (which >= PROC_LIMITS)
		return -EINVAL;
	limit = &p->limits[which];
	old = *limit;
	if (PROTO_FLAGS(q->words.w[0]) & LIMIT_SET) {
		if (new.soft > new.hard || (which == RLIMIT_NOFILE && new.hard > SLOT_OPEN_MAX))
			return -EINVAL;
		if (new.hard > old.hard && !cred_is_root((uint32_t)q->cred))
			return -EPERM;
		*limit = new;
		if (which == RLIMIT_CPU)
			timer_cpu_limit(p);
	}
	q->words.w[1] = old.soft;
	q->words.w[2] = old.hard;
	return 0;
}

int64_t sys_proc_usage(struct request *q)
{
	uint64_t *w = q->words.w;
	struct process *p;
	struct thread *t;

	if (q->handle->kind != HANDLE_THREAD)
		return -EINVAL;
	t = thread_of(q);
	p = t->process;
	switch ((int32_t)w[1]) {
	case RUSAGE_SELF:
		w[1] = process_time_ns(p);
		break;
	case RUSAGE_CHILDREN:
		w[1] = p->children_ns;
		w[2] = w[3] = w[4] = 0;
		return 0;
	case RUSAGE_THREAD:
		w[1] = task_time_ns(&t->task);
		break;
	default:
		return -EINVAL;
	}
	w[2] = 0;
	w[3] = p->space->resident_max * PAGE_BYTES;
	w[4] = p->space->faults;
	return 0;
}
