/* SPDX-License-Identifier: 0BSD */
/* signal.c: to whom signals go, and what is done about them.
 *
 * What is pending stands in the process or in one thread, and in a page that the library reads. A signal that is caught
 * stays pending until the thread that was diverted for it takes it (PROC_SIGNAL_TAKE). So nothing is lost when that
 * thread blocks it meanwhile, or ends: whoever looks again finds it.
 *
 * The library stores its mask, then looks at what is pending; `sys` stores what is pending, then looks at the mask. One
 * of the two sees the other. */
#include "proc/signal.h"

#include <parley/syscall.h>
#include <proto/posix.h>

static const struct control_page *control(const struct process *p) { return p->space ? p->space->control : NULL; }

uint64_t signal_ignored(const struct process *p)
{
	const struct control_page *c = control(p);

	return c ? __atomic_load_n(&c->ignored, __ATOMIC_RELAXED) & ~SIGNALS_SURE : 0;
}

uint64_t signal_caught(const struct process *p)
{
	const struct control_page *c = control(p);

	return c ? __atomic_load_n(&c->caught, __ATOMIC_RELAXED) & ~SIGNALS_SURE : 0;
}

static bool parent_flag(const struct process *p, uint64_t flag)
{
	const struct control_page *c = control(p->parent);

	return c && __atomic_load_n(&c->flags, __ATOMIC_RELAXED) & flag;
}

static bool blocks(const struct thread *t, uint64_t bit)
{
	return t->area && __atomic_load_n(&t->area->blocked, __ATOMIC_RELAXED) & bit & ~SIGNALS_SURE;
}

/* Shows what is pending where the library looks, before a mask is read. */
static void show(const struct process *p, const struct thread *t)
{
	if (t && t->area)
		__atomic_store_n(&t->area->pending, t->pending.set, __ATOMIC_RELAXED);
	if (p->owns_info && p->space)
		__atomic_store_n(&p->space->info->pending, p->pending.set, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static void answer_wait(struct thread *t, struct pending *from, uint64_t bit)
{
	struct os_words *words = &t->parked->q.words;
	struct signal s;

	pending_take(from, bit, &s);
	t->sigwait = 0;
	alarm_cancel(&t->deadline);
	words->w[1] = s.number;
	words->w[2] = (uint64_t)(int64_t)s.code;
	words->w[3] = s.pid;
	words->w[4] = s.uid;
	words->w[5] = s.value;
	words->w[6] = s.status;
	thread_answer(t, 0);
}

static void stop(struct process *p, unsigned number)
{
	if (p->stopped || p->state != PROCESS_RUNNING)
		return;
	p->stopped = true;
	p->stop_signal = (uint8_t)number;
	p->news = NEWS_STOPPED;
	list_for_each (at, &p->threads) {
		if (!thread_at(at)->ending)
			thread_suspend(thread_at(at));
	}
	if (!parent_flag(p, CONTROL_NOCLDSTOP))
		signal_parent(p, CLD_STOPPED, number);
	wait_news(p);
}

void signal_continue(struct process *p)
{
	if (!p->stopped || p->state != PROCESS_RUNNING)
		return;
	p->stopped = false;
	p->news = NEWS_CONTINUED;
	if (!parent_flag(p, CONTROL_NOCLDSTOP))
		signal_parent(p, CLD_CONTINUED, SIGCONT);
	wait_news(p);
	/* What came meanwhile, first: threads of other processors run at once. */
	signal_deliver_all(p, NULL);
	if (p->stopped || p->state != PROCESS_RUNNING)
		return;
	list_for_each (at, &p->threads) {
		if (!thread_at(at)->ending)
			thread_resume(thread_at(at));
	}
}

/* The default action, or none: the signal is not pending any more. */
static void act(struct process *p, unsigned number, enum signal_action action)
{
	if (action == SIGNAL_END)
		process_end(p, WAIT_SIGNALED(number));
	else if (action == SIGNAL_STOP && (number == SIGSTOP || !group_orphaned(p->group)))
		stop(p, number);
}

/* Somebody who lets BIT through: ONLY, or FIRST, or any thread of P. With DIVERT, somebody who can be diverted, and
 * has been. */
static struct thread *find(struct process *p, struct thread *only, struct thread *first, uint64_t bit, bool divert)
{
	struct thread *t = only ? only : first;

	for (struct list_node *at = list_first(&p->threads); t || at;) {
		if (!t) {
			t = thread_at(at);
			at = list_next(&p->threads, at);
		}
		if (!t->ending && t->started && !blocks(t, bit) &&
		    (!divert || os_thread_divert(t->task.thread.slot, bit, DIVERT_INTERRUPT) >= 0))
			return t;
		if (only)
			return NULL;
		t = NULL;
	}
	return NULL;
}

static struct thread *find_waiter(struct process *p, struct thread *only, uint64_t bit)
{
	if (only)
		return only->sigwait & bit ? only : NULL;
	list_for_each (at, &p->threads) {
		if (thread_at(at)->sigwait & bit)
			return thread_at(at);
	}
	return NULL;
}

/* Does what can be done now about a signal that is pending for P, or for T. */
static void deliver(struct process *p, struct thread *t, unsigned number, struct thread *first)
{
	struct pending *from = t ? &t->pending : &p->pending;
	uint64_t bit = SIGNAL_BIT(number);
	struct thread *waiter = find_waiter(p, t, bit);
	enum signal_action action = signal_action(number, signal_ignored(p), signal_caught(p));

	if (waiter) {
		answer_wait(waiter, from, bit);
	} else if (!p->stopped && action == SIGNAL_CATCH) {
		find(p, t, first, bit, true);
		return;
	} else if (!p->stopped && find(p, t, first, bit, false)) {
		pending_drop(from, bit);
		act(p, number, action);
	} else {
		return;
	}
	show(p, t);
}

/* Whether somebody blocks it or waits for it, so that it is kept even if it is ignored. */
static bool held(const struct process *p, const struct thread *only, uint64_t bit)
{
	list_for_each (at, &p->threads) {
		const struct thread *t = thread_at(at);

		if (!t->ending && (!only || t == only) && (blocks(t, bit) || t->sigwait & bit))
			return true;
	}
	return false;
}

static void drop_everywhere(struct process *p, uint64_t mask)
{
	pending_drop(&p->pending, mask);
	list_for_each (at, &p->threads) {
		if (thread_at(at)->pending.set & mask) {
			pending_drop(&thread_at(at)->pending, mask);
			show(p, thread_at(at));
		}
	}
	show(p, NULL);
}

int signal_send(struct process *p, struct thread *t, const struct signal *s, bool must_queue)
{
	uint64_t bit = SIGNAL_BIT(s->number);
	int error;

	if (p->state != PROCESS_RUNNING || p == process_sys)
		return 0;
	if (s->number == SIGKILL) {
		process_end(p, WAIT_SIGNALED(SIGKILL));
		return 0;
	}
	if (s->number == SIGCONT) {
		drop_everywhere(p, SIGNALS_STOP);
		signal_continue(p);
	} else if (bit & SIGNALS_STOP) {
		drop_everywhere(p, SIGNAL_BIT(SIGCONT));
	}
	if (s->number == SIGSTOP) {
		stop(p, SIGSTOP);
		return 0;
	}
	if (signal_action(s->number, signal_ignored(p), signal_caught(p)) == SIGNAL_IGNORE && !held(p, t, bit))
		return 0;
	error = pending_add(t ? &t->pending : &p->pending, s, must_queue);
	if (error)
		return error;
	show(p, t);
	deliver(p, t, s->number, NULL);
	return 0;
}

void signal_send_kernel(struct process *p, unsigned number)
{
	struct signal s = {.number = number, .code = SI_KERNEL};

	signal_send(p, NULL, &s, false);
}

static void deliver_set(struct process *p, struct thread *t, struct thread *first)
{
	uint64_t set = t ? t->pending.set : p->pending.set;

	while (set && p->state == PROCESS_RUNNING) {
		unsigned number = (unsigned)__builtin_ctzll(set) + 1;

		set &= set - 1;
		deliver(p, t, number, first);
	}
}

void signal_deliver_all(struct process *p, struct thread *first)
{
	if (first) {
		deliver_set(p, first, first);
	} else {
		list_for_each (at, &p->threads) {
			if (!thread_at(at)->ending)
				deliver_set(p, thread_at(at), thread_at(at));
		}
	}
	deliver_set(p, NULL, first);
}

void signal_thread_ends(struct thread *t)
{
	pending_drop(&t->pending, ~0ull);
	if (t->process->pending.set && t->process->state == PROCESS_RUNNING)
		deliver_set(t->process, NULL, NULL);
}

void signal_parent(struct process *p, int32_t code, uint32_t status)
{
	struct signal s = {.number = SIGCHLD, .code = code, .pid = p->pid, .uid = p->cred->is.uid, .status = status};

	signal_send(p->parent, NULL, &s, false);
}

bool signal_parent_ignores(const struct process *p)
{
	return p->parent == process_sys || parent_flag(p, CONTROL_NOCLDWAIT) ||
	       signal_ignored(p->parent) & SIGNAL_BIT(SIGCHLD);
}

void signal_report(const struct thread *t, unsigned number, uint64_t address, uint64_t ip)
{
	sys_say("sys: %s[%u]: ended by signal %u at address 0x%llx, instruction 0x%llx, thread %u\n", t->process->name,
		t->process->pid, number, (unsigned long long)address, (unsigned long long)ip, t->tid);
}
