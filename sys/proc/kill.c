/* SPDX-License-Identifier: 0BSD */
/* kill.c: the requests about signals. */
#include "proc/signal.h"

#include <proto/posix.h>
#include <proto/proto.h>

/* Whether the sender of Q may send signal NUMBER to P. */
static bool may(const struct thread *self, const struct process *p, unsigned number)
{
	const struct process *from = self->process;

	return cred_may_signal(&from->cred->is, &p->cred->is) ||
	       (number == SIGCONT && from->group->session == p->group->session);
}

struct kill {
	const struct thread *self;
	struct signal signal;
	unsigned found, sent;
};

static void kill_one(struct kill *k, struct process *p)
{
	if (!process_alive(p) && p->state != PROCESS_ZOMBIE)
		return;
	k->found++;
	if (!may(k->self, p, k->signal.number))
		return;
	k->sent++;
	if (k->signal.number)
		signal_send(p, NULL, &k->signal, false);
}

static void kill_group(struct kill *k, uint32_t id)
{
	struct group *g = group_lookup(id);
	struct list_node *next;

	if (!g)
		return;
	/* No member leaves while signals are sent: ends are work. */
	for (struct list_node *at = list_first(&g->members); at; at = next) {
		next = list_next(&g->members, at);
		kill_one(k, list_entry(at, struct process, in_group));
	}
}

static void kill_all(struct kill *k)
{
	for (struct process *p = process_from(PROC_SYS + 1); p; p = process_from(p->pid + 1))
		if (p != k->self->process)
			kill_one(k, p);
}

static int64_t kill_thread(struct request *q, struct thread *self, struct signal *s)
{
	struct thread *t = thread_lookup((uint32_t)q->words.w[4]);

	if (!t || t->ending || (q->words.w[1] && t->process->pid != (uint32_t)q->words.w[1]))
		return -ESRCH;
	if (t->process != self->process && !may(self, t->process, s->number))
		return -EPERM;
	if (s->code == SI_USER)
		s->code = SI_TKILL;
	return s->number ? signal_send(t->process, t, s, s->code == SI_QUEUE) : 0;
}

static int64_t kill_handle(struct process *p, const struct signal *s)
{
	if (!process_alive(p) && p->state != PROCESS_ZOMBIE)
		return -ESRCH;
	return s->number ? signal_send(p, NULL, s, s->code == SI_QUEUE) : 0;
}

/* kill(2)'s rules of whom a number means. */
static int64_t kill_number(struct kill *k, int32_t pid)
{
	struct process *p;

	if (pid > 0) {
		p = process_lookup((uint32_t)pid);
		if (!p)
			return -ESRCH;
		if (!may(k->self, p, k->signal.number))
			return -EPERM;
		return k->signal.number ? signal_send(p, NULL, &k->signal, k->signal.code == SI_QUEUE) : 0;
	}
	if (pid == 0)
		kill_group(k, group_id(k->self->process->group));
	else if (pid == -1)
		kill_all(k);
	else
		kill_group(k, (uint32_t)-pid);
	if (k->sent)
		return 0;
	return k->found ? -EPERM : -ESRCH;
}

int64_t sys_proc_kill(struct request *q)
{
	uint32_t flags = PROTO_FLAGS(q->words.w[0]);
	struct process *from = process_lookup(STAMP_PID(q->who));
	struct kill k = {.signal = {.number = (uint32_t)q->words.w[2],
				    .pid = STAMP_PID(q->who),
				    .uid = from ? from->cred->is.uid : 0,
				    .value = q->words.w[3]}};
	struct thread *self;
	int64_t result;

	if (q->words.w[2] > SIGNAL_LAST)
		return -EINVAL;
	if (flags & KILL_QUEUE)
		k.signal.code = flags & KILL_TIMER ? SI_TIMER : SI_QUEUE;
	if (q->handle->kind == HANDLE_PROCESS)
		return kill_handle(container_of(q->handle, struct process, handle), &k.signal);
	if (q->handle->kind != HANDLE_THREAD)
		return -EINVAL;
	self = thread_of(q);
	k.self = self;
	if (flags & KILL_THREAD)
		result = kill_thread(q, self, &k.signal);
	else
		result = kill_number(&k, (int32_t)q->words.w[1]);
	/* Who has ended himself does not go on. */
	return self->process->state == PROCESS_RUNNING ? result : SYS_LATER;
}

static void tell(struct request *q, const struct signal *s)
{
	q->words.w[1] = s->number;
	q->words.w[2] = (uint64_t)(int64_t)s->code;
	q->words.w[3] = s->pid;
	q->words.w[4] = s->uid;
	q->words.w[5] = s->value;
	q->words.w[6] = s->status;
}

/* The thread's own come first. */
static bool take(struct thread *t, uint64_t mask, struct signal *s)
{
	struct process *p = t->process;

	mask &= ~SIGNALS_SURE;
	if (pending_take(&t->pending, mask, s)) {
		if (t->area)
			__atomic_store_n(&t->area->pending, t->pending.set, __ATOMIC_RELAXED);
		return true;
	}
	if (!pending_take(&p->pending, mask, s))
		return false;
	if (p->owns_info)
		__atomic_store_n(&p->space->info->pending, p->pending.set, __ATOMIC_RELAXED);
	return true;
}

int64_t sys_proc_signal_take(struct request *q)
{
	struct signal s = {0};
	struct thread *t;

	if (q->handle->kind != HANDLE_THREAD)
		return -EINVAL;
	t = thread_of(q);
	take(t, q->words.w[1], &s);
	tell(q, &s);
	return 0;
}

int64_t sys_proc_signal_poll(struct request *q)
{
	struct thread *t;

	if (q->handle->kind != HANDLE_THREAD)
		return -EINVAL;
	t = thread_of(q);
	signal_deliver_all(t->process, t);
	return t->process->state == PROCESS_RUNNING ? 0 : SYS_LATER;
}

static void give_up_wait(struct thread *t)
{
	t->sigwait = 0;
	alarm_cancel(&t->deadline);
}

static void deadline(struct alarm *a)
{
	struct thread *t = container_of(a, struct thread, deadline);

	t->sigwait = 0;
	thread_answer(t, -EAGAIN);
}

int64_t sys_proc_signal_wait(struct request *q)
{
	struct signal s;
	struct thread *t;

	if (q->handle->kind != HANDLE_THREAD)
		return -EINVAL;
	t = thread_of(q);
	if (take(t, q->words.w[1], &s)) {
		tell(q, &s);
		return 0;
	}
	if (q->words.w[2] != DEADLINE_FOREVER && q->words.w[2] <= sys_now_ns())
		return -EAGAIN;
	if (thread_park(t, q, give_up_wait))
		return -ENOMEM;
	t->sigwait = q->words.w[1] & ~SIGNALS_SURE;
	if (q->words.w[2] != DEADLINE_FOREVER)
		alarm_set(&t->deadline, q->words.w[2], deadline);
	return SYS_LATER;
}
