/* SPDX-License-Identifier: 0BSD */
/* sync.c: sync_wait, sync_wake, lock_wait, lock_wake, sleep. */
#include "ipc/sync.h"

#include "api/lookup.h"
#include "api/table.h"
#include "sched/sched.h"

/* Waits until sync_wake while the 32-bit word at `address` (aligned) holds `expected`; another
 * value answers EAGAIN at once. The comparison and the beginning of the wait are one step
 * against sync_wake. Flags: SYNC_SHARED (abi/sync.h). 0 may also come without a wake: look at
 * the word again. */
int64_t sys_sync_wait(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	return sync_wait(t, arg[0], (uint32_t)arg[1], arg[2], (uint32_t)arg[3]);
}

/* Wakes up to `count` of those who wait at `address` when the call begins, the most urgent first,
 * equals in order of arrival: not who comes meanwhile, or is woken and waits again. Answers how
 * many. Flags as the waiters'. */
int64_t sys_sync_wake(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	return sync_wake(t, arg[0], (uint32_t)arg[1], (uint32_t)arg[2]);
}

/* Takes the lock word at `address` (abi/sync.h) if it is free, else waits, and lends the
 * caller's priority to the owner meanwhile. 0: the caller owns it. ESRCH: it owns it too, but
 * the owner before ended without releasing it. EDEADLK: the owner waits, through at most 16
 * locks, for the caller. */
int64_t sys_lock_wait(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	return lock_wait(t, arg[0], arg[1], (uint32_t)arg[2]);
}

/* Hands the lock word that the caller owns to its most urgent waiter, or sets it free. For the
 * release of a word that has LOCK_CONTENDED set. */
int64_t sys_lock_wake(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	return lock_wake(t, arg[0], (uint32_t)arg[1]);
}

/* Waits until `deadline_ns` of the monotonic clock; a time in the past is over at once.
 * DEADLINE_FOREVER waits for a divert. */
int64_t sys_sleep(struct thread *t, struct slot *slot, const uint64_t *arg)
{
	if (arg[0] <= time_now()) return 0;
	sched_block(t);
	t->state = THREAD_SLEEP;
	timeout_start(&t->timeout, arg[0]);
	return SYS_BLOCKED;
}
