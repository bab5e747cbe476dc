/* SPDX-License-Identifier: 0BSD */
/* task.c: kernel threads of programs. */
#include "mem/task.h"

#include "mem/slot.h"

#include <abi/thread.h>
#include <parley/syscall.h>

int task_init(struct task *t, struct account *account, struct space *space, struct fds *fds, cap_t home)
{
	struct os_words info;
	int r;

	*t = (struct task){.account = account_get(account)};
	handle_init(&t->handle, HANDLE_THREAD);
	t->thread.slot = t->sched.slot = CAP_NONE;
	r = kobj_make(&t->thread, OBJ_THREAD, 0, account);
	if (r == 0)
		r = kobj_make(&t->sched, OBJ_SCHED, 0, account);
	if (r == 0)
		r = (int)os_thread_info(t->thread.slot, &info);
	if (r == 0) {
		t->number = (uint32_t)info.w[THREAD_INFO_NUMBER];
		r = task_bind(t, space, fds, home);
	}
	if (r < 0)
		task_destroy(t, NULL);
	return r;
}

/* The handle's Connection serves as process and fault Connection: bound once. */
static int bind_self(struct task *t)
{
	cap_t self;
	int r = handle_open(&t->handle, &self);

	if (r < 0)
		return r;
	r = (int)os_thread_configure(t->thread.slot, CAP_NONE, CAP_NONE, CAP_NONE, self, CAP_NONE, self);
	slot_delete(self);
	return r;
}

int task_bind(struct task *t, struct space *space, struct fds *fds, cap_t home)
{
	cap_t vspace = space ? space->vspace.slot : CAP_NONE, cspace = fds ? fds->cspace.slot : CAP_NONE;
	int r = t->handle.connection ? 0 : bind_self(t);

	if (r == 0)
		r = (int)os_thread_configure(t->thread.slot, cspace, vspace, CAP_NONE, CAP_NONE, home, CAP_NONE);
	if (r < 0)
		return r;
	if (space) {
		space_get(space);
		if (t->space)
			space_put(t->space);
		t->space = space;
	}
	if (fds) {
		fds_get(fds);
		if (t->fds)
			fds_put(t->fds, NULL);
		t->fds = fds;
	}
	return 0;
}

int task_start(struct task *t, uint64_t entry, uint64_t stack, uint64_t arg0, uint64_t arg1, uint64_t thread_pointer)
{
	struct thread_registers r = {
	    .rip = entry, .rsp = stack, .rdi = arg0, .rsi = arg1, .fs_base = thread_pointer, .rflags = 2};
	int64_t error = os_thread_start(t->thread.slot, entry, stack, arg0);

	/* It has no time yet, so it does not run before it has all registers. */
	if (error == 0)
		error = os_thread_suspend(t->thread.slot);
	if (error == 0)
		error = os_thread_set_registers(t->thread.slot, (uint64_t)&r);
	if (error == 0)
		error = os_thread_configure(t->thread.slot, CAP_NONE, CAP_NONE, t->sched.slot, CAP_NONE, CAP_NONE,
					    CAP_NONE);
	if (error == 0)
		error = os_thread_resume(t->thread.slot);
	return (int)error;
}

static void drop_fault(struct task *t)
{
	if (!t->fault)
		return;
	if (t->waits_for)
		list_remove(&t->waiting);
	parked_drop(t->fault);
	t->fault = NULL;
	t->waits_for = NULL;
}

void task_destroy(struct task *t, struct work *fds_then)
{
	kobj_delete(&t->thread);
	kobj_delete(&t->sched);
	handle_close(&t->handle);
	drop_fault(t);
	if (t->space)
		space_put(t->space);
	if (t->fds)
		fds_put(t->fds, fds_then);
	else if (fds_then)
		work_add(fds_then);
	if (t->account)
		account_put(t->account);
	*t = (struct task){.handle.kind = HANDLE_NONE};
}

uint64_t task_time_ns(const struct task *t)
{
	struct os_words info;

	return os_thread_info(t->thread.slot, &info) < 0 ? 0 : info.w[THREAD_INFO_TIME_NS];
}

void task_fault_end(struct task *t, bool resume)
{
	struct parked *p = t->fault;

	if (!p)
		return;
	if (t->waits_for)
		list_remove(&t->waiting);
	t->fault = NULL;
	t->waits_for = NULL;
	parked_reply(p, resume ? 0 : -EFAULT);
}
