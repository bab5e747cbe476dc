/* SPDX-License-Identifier: 0BSD */
/* rwlock.c: locks for many readers or one writer.
 *
 * __state is the count of readers, or WRITER. Who must wait sleeps on __seq, which every unlock changes that lets
 * somebody in; __waiters counts the sleepers. Readers may lock again while a writer waits, so readers go first.
 */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include "posix/internal.h"
#include "posix/threads.h"
#include "posix/time.h"

#define WRITER UINT32_MAX

int pthread_rwlock_init(pthread_rwlock_t *restrict rw, const pthread_rwlockattr_t *restrict attr)
{
	*rw = (pthread_rwlock_t){.__shared = attr ? attr->__shared : 0};
	return 0;
}

int pthread_rwlock_destroy(pthread_rwlock_t *rw)
{
	if (rw->__state)
		return EBUSY;
	while (__atomic_load_n(&rw->__waiters, __ATOMIC_ACQUIRE))
		os_yield();
	return 0;
}

static int try_read(pthread_rwlock_t *rw)
{
	uint32_t now = __atomic_load_n(&rw->__state, __ATOMIC_RELAXED);

	do {
		if (now == WRITER)
			return EBUSY;
		if (now == WRITER - 1)
			return EAGAIN;
	} while (!__atomic_compare_exchange_n(&rw->__state, &now, now + 1, true, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
	return 0;
}

static int try_write(pthread_rwlock_t *rw)
{
	uint32_t free = 0;

	if (!__atomic_compare_exchange_n(&rw->__state, &free, WRITER, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return EBUSY;
	rw->__writer = posix_self()->tid;
	return 0;
}

static int lock_until(pthread_rwlock_t *rw, int (*try)(pthread_rwlock_t *), uint64_t deadline_ns)
{
	uint32_t seen;
	int64_t r = 0;
	int error;

	while ((error = try(rw)) == EBUSY) {
		if (__atomic_load_n(&rw->__state, __ATOMIC_RELAXED) == WRITER && rw->__writer == posix_self()->tid)
			return EDEADLK;
		if (r == -ETIMEDOUT)
			return ETIMEDOUT;
		__atomic_add_fetch(&rw->__waiters, 1, __ATOMIC_SEQ_CST);
		seen = __atomic_load_n(&rw->__seq, __ATOMIC_SEQ_CST);
		error = try(rw);
		if (error == EBUSY)
			r = posix_wait_word(&rw->__seq, seen, deadline_ns, rw->__shared);
		__atomic_sub_fetch(&rw->__waiters, 1, __ATOMIC_SEQ_CST);
		if (error != EBUSY)
			return error;
	}
	return error;
}

int pthread_rwlock_rdlock(pthread_rwlock_t *rw) { return lock_until(rw, try_read, DEADLINE_FOREVER); }

int pthread_rwlock_wrlock(pthread_rwlock_t *rw) { return lock_until(rw, try_write, DEADLINE_FOREVER); }

int pthread_rwlock_tryrdlock(pthread_rwlock_t *rw) { return try_read(rw); }

int pthread_rwlock_trywrlock(pthread_rwlock_t *rw) { return try_write(rw); }

static int timed(pthread_rwlock_t *rw, int (*try)(pthread_rwlock_t *), const struct timespec *at)
{
	uint64_t deadline_ns;
	int error = try(rw);

	if (error != EBUSY)
		return error;
	if (!posix_clock_deadline(CLOCK_REALTIME, at, &deadline_ns))
		return EINVAL;
	return lock_until(rw, try, deadline_ns);
}

int pthread_rwlock_timedrdlock(pthread_rwlock_t *restrict rw, const struct timespec *restrict at)
{
	return timed(rw, try_read, at);
}

int pthread_rwlock_timedwrlock(pthread_rwlock_t *restrict rw, const struct timespec *restrict at)
{
	return timed(rw, try_write, at);
}

int pthread_rwlock_unlock(pthread_rwlock_t *rw)
{
	uint32_t now = __atomic_load_n(&rw->__state, __ATOMIC_RELAXED);

	if (now == WRITER) {
		if (rw->__writer != posix_self()->tid)
			return EPERM;
		rw->__writer = 0;
		__atomic_store_n(&rw->__state, 0, __ATOMIC_SEQ_CST);
	} else if (now == 0) {
		return EPERM;
	} else if (__atomic_sub_fetch(&rw->__state, 1, __ATOMIC_SEQ_CST)) {
		return 0;
	}
	__atomic_add_fetch(&rw->__seq, 1, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&rw->__waiters, __ATOMIC_SEQ_CST))
		posix_wake_word(&rw->__seq, INT_MAX, rw->__shared);
	return 0;
}

int pthread_rwlockattr_init(pthread_rwlockattr_t *attr)
{
	attr->__shared = PTHREAD_PROCESS_PRIVATE;
	return 0;
}

int pthread_rwlockattr_destroy(pthread_rwlockattr_t *attr) { return 0; }

int pthread_rwlockattr_setpshared(pthread_rwlockattr_t *attr, int shared)
{
	if (shared != PTHREAD_PROCESS_PRIVATE && shared != PTHREAD_PROCESS_SHARED)
		return EINVAL;
	attr->__shared = shared;
	return 0;
}

int pthread_rwlockattr_getpshared(const pthread_rwlockattr_t *attr, int *shared)
{
	*shared = attr->__shared;
	return 0;
}
