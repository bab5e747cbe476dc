/* SPDX-License-Identifier: 0BSD */
/* cond.c: condition variables: a sequence number that each signal changes, and a count of those who wait for it
 * to change. */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include "posix/internal.h"
#include "posix/threads.h"
#include "posix/time.h"

int pthread_cond_init(pthread_cond_t *restrict cond, const pthread_condattr_t *restrict attr)
{
	*cond = (pthread_cond_t){0};
	if (attr) {
		cond->__clock = attr->__clock;
		cond->__shared = attr->__shared;
	}
	return 0;
}

/* Those who have been woken may still have to look at it. */
int pthread_cond_destroy(pthread_cond_t *cond)
{
	while (__atomic_load_n(&cond->__waiters, __ATOMIC_ACQUIRE))
		os_yield();
	return 0;
}

static int wake(pthread_cond_t *cond, uint32_t count)
{
	__atomic_add_fetch(&cond->__seq, 1, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&cond->__waiters, __ATOMIC_SEQ_CST))
		posix_wake_word(&cond->__seq, count, cond->__shared);
	return 0;
}

int pthread_cond_signal(pthread_cond_t *cond) { return wake(cond, 1); }

int pthread_cond_broadcast(pthread_cond_t *cond) { return wake(cond, INT_MAX); }

/* Sleeps until `seen` is not the sequence number any more: 0 or ETIMEDOUT, or EINTR for a cancellation. */
static int sleep_on(pthread_cond_t *cond, uint32_t seen, uint64_t deadline_ns)
{
	struct __pthread *self = posix_self();
	int64_t r;

	while (__atomic_load_n(&cond->__seq, __ATOMIC_SEQ_CST) == seen) {
		r = posix_window_call(os_call_rax(SYS_sync_wait, 0, 0), (uint64_t)&cond->__seq, seen, deadline_ns,
				      cond->__shared ? SYNC_SHARED : 0, &self->stop);
		if (self->stop)
			return EINTR;
		if (r == -ETIMEDOUT)
			return ETIMEDOUT;
		if (r == 0)
			return 0;
	}
	return 0;
}

static int wait_until(pthread_cond_t *cond, pthread_mutex_t *mutex, uint64_t deadline_ns)
{
	uint32_t seen, count;
	int error, again;

	posix_cancel_point();
	__atomic_add_fetch(&cond->__waiters, 1, __ATOMIC_SEQ_CST);
	seen = __atomic_load_n(&cond->__seq, __ATOMIC_SEQ_CST);
	error = posix_mutex_release(mutex, &count);
	if (error) {
		__atomic_sub_fetch(&cond->__waiters, 1, __ATOMIC_SEQ_CST);
		return error;
	}
	error = sleep_on(cond, seen, deadline_ns);
	if (error == EINTR) /* it may have been the one that a signal was meant for */
		wake(cond, 1);
	__atomic_sub_fetch(&cond->__waiters, 1, __ATOMIC_SEQ_CST);
	again = posix_mutex_restore(mutex, count);
	if (error == EINTR)
		posix_cancel_point();
	return again ? again : error;
}

int pthread_cond_wait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex)
{
	return wait_until(cond, mutex, DEADLINE_FOREVER);
}

int pthread_cond_clockwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex, clockid_t clock,
			   const struct timespec *restrict at)
{
	uint64_t deadline_ns;

	if (!posix_clock_deadline(clock, at, &deadline_ns))
		return EINVAL;
	return wait_until(cond, mutex, deadline_ns);
}

int pthread_cond_timedwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
			   const struct timespec *restrict at)
{
	return pthread_cond_clockwait(cond, mutex, cond->__clock ? cond->__clock : CLOCK_REALTIME, at);
}

/* ---- attributes ---- */

int pthread_condattr_init(pthread_condattr_t *attr)
{
	*attr = (pthread_condattr_t){.__clock = CLOCK_REALTIME};
	return 0;
}

int pthread_condattr_destroy(pthread_condattr_t *attr) { return 0; }

int pthread_condattr_setclock(pthread_condattr_t *attr, clockid_t clock)
{
	if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
		return EINVAL;
	attr->__clock = clock;
	return 0;
}

int pthread_condattr_getclock(const pthread_condattr_t *restrict attr, clockid_t *restrict clock)
{
	*clock = attr->__clock;
	return 0;
}

int pthread_condattr_setpshared(pthread_condattr_t *attr, int shared)
{
	if (shared != PTHREAD_PROCESS_PRIVATE && shared != PTHREAD_PROCESS_SHARED)
		return EINVAL;
	attr->__shared = shared;
	return 0;
}

int pthread_condattr_getpshared(const pthread_condattr_t *attr, int *shared)
{
	*shared = attr->__shared;
	return 0;
}
