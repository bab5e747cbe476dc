/* SPDX-License-Identifier: 0BSD */
/* thread.c: threads of processes. */
#include "proc/signal.h"

#include "lib/bitmap.h"
#include "lib/string.h"
#include "mem/heap.h"
#include "mem/slot.h"

#include <parley/syscall.h>
#include <proto/posix.h>
#include <proto/proto.h>

static struct tree threads; /* by tid */

struct thread *thread_lookup(uint32_t tid)
{
	struct tree_node *t = tree_lower_bound(&threads, tid);

	return t && t->key == tid ? tree_entry(t, struct thread, by_tid) : NULL;
}

/* A free record of the control area. */
static int take_record(struct thread *t, struct space *space)
{
	unsigned number = bitmap_next_clear(space->records, CONTROL_THREADS_MAX, 0);

	if (number == CONTROL_THREADS_MAX)
		return -EAGAIN;
	t->area = space_record(space, number);
	if (!t->area)
		return -ENOMEM;
	memset(t->area, 0, sizeof(*t->area));
	bitmap_set(space->records, number);
	t->record = (int)number;
	return 0;
}

static void drop_record(struct thread *t)
{
	if (t->record < 0)
		return;
	t->area->tid = 0;
	t->area->in_use = 0;
	bitmap_clear(t->task.space->records, (unsigned)t->record);
	t->record = -1;
	t->area = NULL;
}

void thread_stamp(struct thread *t)
{
	const struct process *p = t->process;

	os_thread_set_stamp(t->task.thread.slot, (uint64_t)p->pid << 32 | (p->group ? group_id(p->group) : 0),
			    cred_number(p->cred));
}

static int init(struct thread *t, struct account *account, struct space *space, struct fds *fds)
{
	cap_t home;
	int error = path_context_open(t->context, &home);

	if (error)
		return error;
	error = task_init(&t->task, account, space, fds, home);
	slot_delete(home);
	if (error)
		return error;
	error = take_record(t, space);
	if (error)
		task_destroy(&t->task, NULL);
	return error;
}

int thread_new(struct process *p, struct account *account, struct space *space, struct fds *fds,
	       struct context *context, struct thread **out)
{
	struct thread *t = heap_new(struct thread);
	int error;

	if (!t)
		return -ENOMEM;
	t->process = p;
	t->record = -1;
	t->context = path_context_get(context);
	pending_init(&t->pending);
	error = init(t, account, space, fds);
	if (error) {
		path_context_put(context);
		heap_delete(t);
		return error;
	}
	t->priority = SCHED_NICE_0;
	list_push_back(&p->threads, &t->in_process);
	p->thread_count++;
	*out = t;
	return 0;
}

void thread_number(struct thread *t, uint32_t tid)
{
	t->tid = tid;
	tree_insert(&threads, &t->by_tid, tid);
	t->area->tid = tid;
	t->area->in_use = 1;
}

void thread_start(struct thread *t, uint64_t entry, uint64_t stack, uint64_t arg, uint64_t thread_pointer)
{
	thread_stamp(t);
	sched_apply(t);
	place_begin(t);
	t->started = true;
	place_update(t);
	t->area->thread_pointer = thread_pointer;
	task_start(&t->task, entry, stack, arg, (uint64_t)t->record, thread_pointer);
	if (t->process->stopped)
		thread_suspend(t);
}

void thread_suspend(struct thread *t)
{
	if (!t->started || t->suspended)
		return;
	t->suspended = true;
	place_update(t);
	os_thread_suspend(t->task.thread.slot);
}

void thread_resume(struct thread *t)
{
	if (!t->suspended)
		return;
	t->suspended = false;
	place_update(t);
	os_thread_resume(t->task.thread.slot);
}

static void notice(struct parked *parked, unsigned bits)
{
	struct thread *t = parked->owner;

	if (bits && t->notice) {
		t->notice(t, bits);
		return;
	}
	if (bits && !(bits & NOTICE_UNBLOCK))
		return;
	t->parked = NULL;
	place_update(t);
	t->give_up(t);
	if (bits)
		parked_reply(parked, -EINTR);
	else
		parked_drop(parked);
}

int thread_park(struct thread *t, struct request *q, void (*give_up)(struct thread *t))
{
	SYS_ASSERT(!t->parked, "a thread sends one message at a time");
	t->parked = request_park(q, t, notice);
	t->give_up = give_up;
	t->notice = NULL;
	place_update(t);
	return t->parked ? 0 : -ENOMEM;
}

void thread_answer(struct thread *t, int64_t status)
{
	struct parked *parked = t->parked;

	t->parked = NULL;
	place_update(t);
	parked_reply(parked, status);
}

/* It is no thread of its process any more, but for what has to be freed. */
void thread_leave(struct thread *t)
{
	struct parked *parked = t->parked;

	if (t->ending)
		return;
	t->ending = true;
	place_update(t);
	t->process->thread_count--;
	t->parked = NULL;
	if (parked) {
		t->give_up(t);
		parked_drop(parked);
	}
	alarm_cancel(&t->deadline);
	handle_close(&t->task.handle); /* what it has sent and nobody has received yet is refused */
}

/* Its kernel objects; the record stays. */
static void destroy(struct thread *t, struct work *fds_then)
{
	t->process->dead_ns += task_time_ns(&t->task);
	drop_record(t);
	task_destroy(&t->task, fds_then);
	path_context_put(t->context);
	t->context = NULL;
}

void thread_destroy(struct thread *t, struct work *fds_then)
{
	thread_leave(t);
	if (work_pending(&t->work))
		work_remove(&t->work);
	if (t->context)
		destroy(t, fds_then);
	if (t->unmap_space)
		space_put(t->unmap_space);
	pending_drop(&t->pending, ~0ull);
	if (tree_linked(&t->by_tid))
		tree_remove(&threads, &t->by_tid);
	list_remove(&t->in_process);
	heap_delete(t);
}

/* The end of one thread: its objects, then its stack, then its record. */
static int end_step(struct work *w)
{
	struct thread *t = container_of(w, struct thread, work);

	if (t->context) {
		signal_thread_ends(t);
		destroy(t, NULL);
		return SYS_MORE;
	}
	if (t->unmap_space && t->unmap_at < t->unmap_end &&
	    space_unmap_step(t->unmap_space, &t->unmap_at, t->unmap_end) == SYS_MORE)
		return SYS_MORE;
	thread_destroy(t, NULL);
	return 0;
}

int64_t sys_proc_thread_exit(struct request *q)
{
	uint64_t stack = q->words.w[2], bytes = q->words.w[3];
	struct thread *t;

	if (q->handle->kind != HANDLE_THREAD || q->words.w[1] || (stack | bytes) % PAGE_BYTES || stack + bytes < stack)
		return -EINVAL;
	t = thread_of(q);
	if (t->ending)
		return SYS_LATER;
	if (t->process->thread_count == 1) {
		process_end(t->process, WAIT_EXITED(0));
		return SYS_LATER;
	}
	thread_leave(t);
	if (bytes) {
		t->unmap_space = space_get(t->task.space);
		t->unmap_at = stack;
		t->unmap_end = stack + bytes;
	}
	t->work.step = end_step;
	work_add(&t->work);
	return SYS_LATER;
}

/* What a capability in the sender's table stands for, if it is of KIND. */
struct handle *thread_handle(struct thread *t, cap_t slot, enum handle_kind kind)
{
	struct handle *h;
	cap_t own;

	if (fds_fetch(t->task.fds, slot, &own))
		return NULL;
	h = handle_of(own, kind);
	slot_delete(own);
	return h;
}

int64_t sys_proc_thread(struct request *q)
{
	uint64_t *w = q->words.w;
	struct thread *self, *t;
	struct handle *context = NULL, *space = NULL, *fds = NULL;
	uint16_t scheduling = (uint16_t)w[5];
	uint8_t policy = (uint8_t)(w[5] >> 8), priority = (uint8_t)w[5];
	int error;

	if (q->handle->kind != HANDLE_THREAD)
		return -EINVAL;
	self = thread_of(q);
	if (self->process->state != PROCESS_RUNNING || self->ending || self->process->replacing)
		return -ESRCH;
	if (w[6] && !(context = thread_handle(self, (cap_t)w[6], HANDLE_CONTEXT)))
		return -EBADF;
	if (w[7] && !(space = thread_handle(self, (cap_t)w[7], HANDLE_SPACE)))
		return -EBADF;
	if (w[5] >> 32 && !(fds = thread_handle(self, (cap_t)(w[5] >> 32), HANDLE_FDS)))
		return -EBADF;
	error = scheduling ? sched_allowed(self->process, policy, priority) : 0;
	if (error)
		return error;
	error = thread_new(self->process, self->process->account,
			   space ? container_of(space, struct space, handle) : self->task.space,
			   fds ? container_of(fds, struct fds, handle) : self->task.fds,
			   context ? path_context_from(context) : self->context, &t);
	if (error)
		return error;
	t->policy = scheduling ? policy : self->policy;
	t->priority = scheduling ? priority : self->priority;
	t->server = self->server;
	place_like(t, self);
	t->area->blocked = self->area->blocked;
	thread_number(t, process_next_number());
	thread_start(t, w[1], w[2], w[3], w[4]);
	process_info_update(t->process);
	w[1] = t->tid;
	return 0;
}

void proc_thread_gone(struct handle *handle) { (void)handle; }
