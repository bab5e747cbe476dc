/* SPDX-License-Identifier: 0BSD */
/* sem.c: semaphores: a count that is waited on while it is 0. */
#include <errno.h>
#include <limits.h>
#include <semaphore.h>
#include "posix/internal.h"
#include "posix/threads.h"
#include "posix/time.h"

int sem_init(sem_t *sem, int shared, unsigned int value)
{
	if (value > SEM_VALUE_MAX)
		return posix_zero(-EINVAL);
	*sem = (sem_t){.__value = value, .__shared = shared != 0};
	return 0;
}

int sem_destroy(sem_t *sem) { return 0; }

int sem_getvalue(sem_t *restrict sem, int *restrict value)
{
	*value = (int)__atomic_load_n(&sem->__value, __ATOMIC_RELAXED);
	return 0;
}

static bool take(sem_t *sem)
{
	uint32_t now = __atomic_load_n(&sem->__value, __ATOMIC_RELAXED);

	while (now) {
		if (__atomic_compare_exchange_n(&sem->__value, &now, now - 1, true, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			return true;
	}
	return false;
}

int sem_trywait(sem_t *sem) { return posix_zero(take(sem) ? 0 : -EAGAIN); }

/* A cancellation point; EINTR when a handler without SA_RESTART ran. */
static int64_t wait_until(sem_t *sem, uint64_t deadline_ns)
{
	struct __pthread *self = posix_self();
	int64_t r = 0;

	self->no_restart = 0;
	posix_cancel_point();
	__atomic_add_fetch(&sem->__waiters, 1, __ATOMIC_SEQ_CST);
	while (!take(sem)) {
		if (r == -ETIMEDOUT || self->stop || self->no_restart) {
			r = r == -ETIMEDOUT ? r : -EINTR;
			break;
		}
		r = posix_window_call(os_call_rax(SYS_sync_wait, 0, 0), (uint64_t)&sem->__value, 0, deadline_ns,
				      sem->__shared ? SYNC_SHARED : 0, &self->stop);
		r = r == -ETIMEDOUT ? r : 0;
	}
	__atomic_sub_fetch(&sem->__waiters, 1, __ATOMIC_SEQ_CST);
	if (r == -EINTR)
		posix_cancel_point();
	return r;
}

int sem_wait(sem_t *sem)
{
	if (take(sem))
		return 0;
	return posix_zero(wait_until(sem, DEADLINE_FOREVER));
}

int sem_clockwait(sem_t *restrict sem, clockid_t clock, const struct timespec *restrict at)
{
	uint64_t deadline_ns;

	if (take(sem))
		return 0;
	if (!posix_clock_deadline(clock, at, &deadline_ns))
		return posix_zero(-EINVAL);
	return posix_zero(wait_until(sem, deadline_ns));
}

int sem_timedwait(sem_t *restrict sem, const struct timespec *restrict at)
{
	return sem_clockwait(sem, CLOCK_REALTIME, at);
}

int sem_post(sem_t *sem)
{
	uint32_t now = __atomic_load_n(&sem->__value, __ATOMIC_RELAXED);

	do {
		if (now == SEM_VALUE_MAX)
			return posix_zero(-EOVERFLOW);
	} while (!__atomic_compare_exchange_n(&sem->__value, &now, now + 1, true, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
	if (__atomic_load_n(&sem->__waiters, __ATOMIC_SEQ_CST))
		posix_wake_word(&sem->__value, 1, sem->__shared);
	return 0;
}
