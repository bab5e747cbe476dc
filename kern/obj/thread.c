/* SPDX-License-Identifier: 0BSD */
/* thread.c: making, binding, stopping and destroying threads. */
#include "obj/thread.h"

#include "arch/context.h"
#include "debug/trace.h"
#include "ipc/deliver.h"
#include "ipc/donate.h"
#include "ipc/inherit.h"
#include "ipc/notice.h"
#include "ipc/receive.h"
#include "ipc/sync.h"
#include "ipc/withdraw.h"
#include "lib/assert.h"
#include "obj/cspace.h"
#include "obj/sched_context.h"
#include "sched/sched.h"

/* What a thread without a CSpace has; dead, so that it cannot be named as CAP_SELF_CSPACE. */
static struct cspace no_cspace = {.object.dead = true};

static inline struct thread *thread_of(struct object *obj) { return container_of(obj, struct thread, object); }

/* The deadline of whatever T waits for has passed. */
static void deadline_passed(struct timeout *timeout)
{
	struct thread *t = container_of(timeout, struct thread, timeout);
	int64_t result = t->state == THREAD_SLEEP ? 0 : -ETIMEDOUT;

	thread_interrupt(t, result);
}

void thread_interrupt(struct thread *t, int64_t result)
{
	struct message *m = &t->call;

	if (m->state == MESSAGE_RECEIVED && m->connection->home->flags & ENDPOINT_UNBLOCK &&
	    !(m->send_flags & SEND_ABANDON)) {
		if (!m->unblocking) {
			m->unblocking = (uint8_t)-result;
			notice_queue(m, NOTICE_UNBLOCK);
		}
		return;
	}
	thread_unwait(t, result);
}

static void thread_init(struct object *obj)
{
	struct thread *t = thread_of(obj);

	t->state = THREAD_INACTIVE;
	t->special = SPECIAL_SUSPENDED;
	t->cspace = &no_cspace;
	message_init(&t->call, t);
	message_init(&t->fault, t);
	t->timeout.expired = deadline_passed;
	t->cpu = this_cpu();
	t->regs.cs = REGS_USER_CS;
	t->regs.ss = REGS_USER_SS;
	t->regs.rflags = REGS_USER_FLAGS;
	t->regs.vector = ENTRY_SYSCALL;
	fpu_reset(t->fpu);
}

void thread_bind_cspace(struct thread *t, struct cspace *cs)
{
	if (t->cspace != &no_cspace) list_remove(&t->cspace_link);
	t->cspace = cs ? cs : &no_cspace;
	if (cs) list_push_back(&cs->threads, &t->cspace_link);
}

void thread_bind_vspace(struct thread *t, struct vspace *v)
{
	if (t->vspace) list_remove(&t->vspace_link);
	t->vspace = v;
	if (!v) return;
	list_push_back(&v->threads, &t->vspace_link);
	if (this_cpu()->loaded == t) context_load_vspace(this_cpu(), v);
}

/* T can run no more, wherever it is. */
static void disable(struct thread *t)
{
	t->special |= SPECIAL_SUSPENDED;
	if (t->state == THREAD_READY) sched_block(t);
	if (sched_running_elsewhere(t)) sched_kick(t->cpu);
}

void thread_lose_cspace(struct list_node *link)
{
	struct thread *t = list_entry(link, struct thread, cspace_link);

	disable(t);
	thread_bind_cspace(t, NULL);
}

bool thread_lose_vspace(struct list_node *link)
{
	struct thread *t = list_entry(link, struct thread, vspace_link);

	disable(t);
	if (sched_running_elsewhere(t)) return false;
	thread_unwait(t, -EFAULT);
	deliver_put_back(t);
	thread_bind_vspace(t, NULL);
	return true;
}

bool thread_suspend(struct thread *t)
{
	disable(t);
	return !sched_running_elsewhere(t);
}

void thread_resume(struct thread *t)
{
	if (!(t->special & SPECIAL_SUSPENDED)) return; /* it runs or is queued already */
	t->special &= ~(uint32_t)SPECIAL_SUSPENDED;
	if (t->state == THREAD_READY) sched_ready(t);
}

void thread_end(struct thread *t)
{
	disable(t);
	thread_unwait(t, -EINTR);
	deliver_put_back(t);
	current_park(t);
	sync_abandon(t);
	donate_drop(t);
	endpoint_delist(t);
	sched_kick(t->cpu); /* if it was running, it is no more */
	t->restart = false;
	if (t->state != THREAD_INACTIVE) {
		TRACE(THREAD_END, thread_number(t), 0, 0);
		t->state = THREAD_INACTIVE;
		event_source_signal(&t->ended);
	}
}

static bool thread_destroy_step(struct object *obj)
{
	struct thread *t = thread_of(obj);

	if (!thread_suspend(t) || !sync_abandon_step(t)) return false;
	context_evict(this_cpu(), t);
	thread_end(t);
	donate_leave(t);
	event_source_bind(&t->ended, NULL, 0);
	binding_set(&t->faults, NULL);
	binding_set(&t->home, NULL);
	binding_set(&t->process, NULL);
	thread_bind_cspace(t, NULL);
	thread_bind_vspace(t, NULL);
	return true;
}

const struct object_ops thread_ops = {
    .frame_kind = FRAME_THREAD,
    .init = thread_init,
    .destroy_step = thread_destroy_step,
};
