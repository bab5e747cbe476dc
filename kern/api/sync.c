/* SPDX-License-Identifier: 0BSD */
/* sync.c: sync_wait, sync_wake, lock_wait, lock_wake, sleep. */
#include "ipc/sync.h"

#include "api/lookup.h"
#include "api/table.h"
#include "sched/sched.h"

int64_t sys_sync_wait(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	return sync_wait(t, arg[0], (uint32_t)arg[1], arg[2], (uint32_t)arg[3]);
}

int64_t sys_sync_wake(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	return sync_wake(t, arg[0], (uint32_t)arg[1], (uint32_t)arg[2]);
}

int64_t sys_lock_wait(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	return lock_wait(t, arg[0], arg[1], (uint32_t)arg[2]);
}

int64_t sys_lock_wake(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	return lock_wake(t, arg[0], (uint32_t)arg[1]);
}

int64_t sys_sleep(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	if (arg[0] <= time_now())
		return 0;
	sched_block(t);
	t->state = THREAD_SLEEP;
	timeout_start(&t->timeout, arg[0]);
	return SYS_BLOCKED;
}
