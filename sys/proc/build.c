/* SPDX-License-Identifier: 0BSD */
/* build.c: PROC_BUILD: a list of steps makes a process, or a new image for the caller's.
 *
 * The steps work on a process that is in no table and on containers that nobody else has; so giving up is freeing them.
 * Then comes the commit, in which nothing can fail. For a new process it is one piece: it is published and its thread
 * started. For a replacement all old threads end first, one a piece (the caller's, too: its request gets no answer),
 * and what is close-on-exec is closed; the first thread of the new image then starts.
 *
 * The caller's request stays open meanwhile. It cannot be interrupted; it ends with its thread. */
#include "proc/build.h"
#include "proc/signal.h"

#include "lib/string.h"
#include "mem/heap.h"

#include <proto/posix.h>
#include <proto/proto.h>

/* Steps of one piece of work. */
#define STEPS_A_PIECE 6

/* Frees all that B has of its own; what was committed is the process's. */
static void release(struct build *b)
{
	if (work_pending(&b->work))
		work_remove(&b->work);
	if (b->thread)
		thread_destroy(b->thread, NULL);
	if (b->begun && b->steps[b->at].step == STEP_SPACE_CLONE)
		space_clone_cancel(&b->clone);
	if (b->space)
		space_put(b->space);
	if (b->fds)
		fds_put(b->fds, NULL);
	if (b->context)
		path_context_put(b->context);
	if (b->cred)
		cred_put(b->cred);
	if (b->command)
		heap_free(b->command, b->command_bytes);
	heap_free(b->steps, b->count * sizeof(*b->steps));
	heap_delete(b);
}

/* Gives up before the commit. */
static void cancel(struct build *b)
{
	struct process *p = b->p;
	bool replace = b->replace;

	b->caller->build = NULL;
	release(b);
	if (replace) {
		p->build = NULL;
		return;
	}
	account_uncharge(p->account, ACCOUNT_IS_PROCESSES, 1);
	account_put(p->account);
	process_put(p);
}

static void give_up(struct thread *t) { cancel(t->build); }

void build_abort(struct build *b)
{
	struct thread *t = b->caller;

	if (t) {
		struct parked *parked = t->parked;

		t->parked = NULL;
		cancel(b);
		parked_drop(parked);
		return;
	}
	/* Committed: the process has all of it; but the thread has never run. */
	b->p->build = NULL;
	b->thread = NULL;
	release(b);
}

static void fail(struct build *b, int error)
{
	struct thread *t = b->caller;

	cancel(b);
	thread_answer(t, error);
}

/* Group and session of a new process: the last that can fail. */
static int place(struct build *b)
{
	struct process *p = b->p;
	struct group *own = b->caller->process->group, *g = own;

	if (b->own_session)
		return group_make(p, true);
	if (b->has_group && b->group)
		g = group_lookup(b->group);
	if (!g || g->session != own->session)
		return -EPERM;
	group_join(p, g);
	return b->has_group && !b->group ? group_make(p, false) : 0;
}

/* Containers and attributes become the process's. */
static void take_over(struct build *b)
{
	struct process *p = b->p;

	p->space = b->space;
	p->fds = b->fds;
	p->context = b->context;
	p->owns_info = !b->space_shared;
	b->space = NULL;
	b->fds = NULL;
	b->context = NULL;
	if (b->cred) {
		cred_put(p->cred);
		p->cred = b->cred;
		b->cred = NULL;
	}
	if (b->command) {
		process_set_command(p, b->command, b->command_bytes, b->command_name);
		b->command = NULL;
	}
}

static void run(struct build *b)
{
	struct thread *t = b->thread;

	b->thread = NULL;
	thread_number(t, b->p->pid);
	process_info_update(b->p);
	thread_start(t, b->entry, b->stack, b->arg, b->thread_pointer);
}

static void answer(struct build *b, struct process *p)
{
	struct thread *t = b->caller;
	struct request *q = &t->parked->q;

	q->words.w[1] = p->pid;
	if (PROTO_FLAGS(q->words.w[0]) & BUILD_HANDLE)
		process_give(p, q);
	t->build = NULL;
	release(b);
	thread_answer(t, 0);
}

static void commit_new(struct build *b)
{
	struct process *p = b->p;
	int error = place(b);

	if (error) {
		fail(b, error);
		return;
	}
	take_over(b);
	if (!p->command)
		process_copy_command(p, b->caller->process);
	process_publish(p);
	run(b);
	timer_cpu_limit(p);
	answer(b, p);
}

/* After the commit of a replacement: the old threads end, then the new one begins. */
static int replace_step(struct work *w)
{
	struct build *b = container_of(w, struct build, work);
	struct process *p = b->p;

	list_for_each (at, &p->threads) {
		if (thread_at(at) != b->thread) {
			thread_destroy(thread_at(at), NULL);
			return SYS_MORE;
		}
	}
	if (b->drop_cloexec && fds_drop_step(p->fds, SLOT_CLOEXEC, &b->drop_at) == SYS_MORE)
		return SYS_MORE;
	p->build = NULL;
	p->replacing = false;
	p->executed = true;
	run(b);
	release(b);
	signal_deliver_all(p, NULL);
	return 0;
}

static void nothing(struct thread *t) { (void)t; }

static void commit_replacement(struct build *b)
{
	struct process *p = b->p;
	struct thread *caller = b->caller;
	struct space *space = p->space;
	struct fds *fds = p->fds;
	struct context *context = p->context;

	pending_move(&b->thread->pending, &caller->pending);
	caller->give_up = nothing;
	caller->build = NULL;
	b->caller = NULL;
	p->replacing = true;
	list_for_each (at, &p->threads) {
		if (thread_at(at) != b->thread)
			thread_leave(thread_at(at));
	}
	take_over(b);
	space_put(space);
	fds_put(fds, NULL);
	path_context_put(context);
	b->work.step = replace_step;
	work_add(&b->work);
}

/* A notice will tell that the page may be there. */
static void wait_for_page(struct build *b)
{
	b->absent = true;
	if (++b->absences > BUILD_ABSENT_MAX)
		fail(b, -EFAULT);
}

static int work(struct work *w)
{
	struct build *b = container_of(w, struct build, work);

	for (unsigned i = 0; i < STEPS_A_PIECE && b->at < b->count; i++) {
		int error = build_do_step(b);

		if (error == BUILD_ABSENT) {
			wait_for_page(b);
			return 0;
		}
		b->absences = 0;
		if (error == SYS_MORE)
			return SYS_MORE;
		if (error) {
			fail(b, error);
			return 0;
		}
		b->at++;
		b->cursor = 0;
		b->begun = false;
	}
	if (b->at < b->count)
		return SYS_MORE;
	if (!b->thread)
		fail(b, -EINVAL);
	else if (b->replace)
		commit_replacement(b);
	else
		commit_new(b);
	return 0;
}

static void notice(struct thread *t, unsigned bits)
{
	struct build *b = t->build;

	if (!(bits & NOTICE_RETRY) || !b->absent)
		return;
	b->absent = false;
	work_add(&b->work);
}

/* A process for the steps to work on. */
static int begin(struct build *b)
{
	struct process *self = b->caller->process;
	int error;

	if (b->replace) {
		if (self->build)
			return -EBUSY;
		b->p = self;
		return 0;
	}
	error = limit_process(self);
	return error ? error : process_new(self, self->account, &b->p);
}

static int64_t start(struct build *b, struct request *q)
{
	struct thread *t = b->caller;
	int error = begin(b);

	if (error)
		return error;
	if (thread_park(t, q, give_up)) {
		if (!b->replace) {
			account_uncharge(b->p->account, ACCOUNT_IS_PROCESSES, 1);
			account_put(b->p->account);
			process_put(b->p);
		}
		return -ENOMEM;
	}
	t->notice = notice;
	t->build = b;
	place_update(t);
	if (b->replace)
		b->p->build = b;
	b->work.step = work;
	if (work(&b->work) == SYS_MORE)
		work_add(&b->work);
	return SYS_LATER;
}

int64_t sys_proc_build(struct request *q)
{
	uint64_t count = q->words.w[1], bytes = q->words.w[2];
	struct build *b;
	struct thread *t;
	int64_t result;

	if (q->handle->kind != HANDLE_THREAD)
		return -EINVAL;
	t = thread_of(q);
	if (t->ending || t->process->state != PROCESS_RUNNING || t->process->replacing)
		return -ESRCH;
	if (count == 0 || count > BUILD_STEPS_MAX || bytes > BUILD_BYTES_MAX + (64u << 10))
		return -E2BIG;
	if (q->data_bytes < count * sizeof(*b->steps) || INFO_LENGTH(q->info) < count * sizeof(*b->steps) + bytes)
		return -EINVAL;
	b = heap_new(struct build);
	if (!b)
		return -ENOMEM;
	b->steps = heap_alloc(count * sizeof(*b->steps));
	if (!b->steps) {
		heap_delete(b);
		return -ENOMEM;
	}
	memcpy(b->steps, q->data, count * sizeof(*b->steps));
	b->count = (unsigned)count;
	b->bytes_at = count * sizeof(*b->steps);
	b->bytes = bytes;
	b->caller = t;
	b->replace = PROTO_FLAGS(q->words.w[0]) & BUILD_REPLACE;
	result = start(b, q);
	if (result != SYS_LATER) {
		heap_free(b->steps, b->count * sizeof(*b->steps));
		heap_delete(b);
	}
	return result;
}
