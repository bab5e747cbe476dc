/* SPDX-License-Identifier: 0BSD */
/* barrier.c: barriers, and spin locks. In a barrier __spare[0] counts those who are in it, for
 * destroy, and __spare[1] is a lock. */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include "posix/internal.h"
#include "posix/threads.h"

int pthread_barrier_init(pthread_barrier_t *restrict barrier, const pthread_barrierattr_t *restrict attr,
			 unsigned int count)
{
	if (!count)
		return EINVAL;
	*barrier = (pthread_barrier_t){.__count = count, .__shared = attr ? attr->__shared : 0};
	return 0;
}

int pthread_barrier_destroy(pthread_barrier_t *barrier)
{
	if (__atomic_load_n(&barrier->__waiting, __ATOMIC_ACQUIRE))
		return EBUSY;
	while (__atomic_load_n(&barrier->__spare[0], __ATOMIC_ACQUIRE))
		os_yield();
	return 0;
}

int pthread_barrier_wait(pthread_barrier_t *barrier)
{
	pthread_spinlock_t *lock = (pthread_spinlock_t *)&barrier->__spare[1];
	uint32_t seen;
	bool last;

	__atomic_add_fetch(&barrier->__spare[0], 1, __ATOMIC_SEQ_CST);
	pthread_spin_lock(lock);
	seen = barrier->__seq;
	last = ++barrier->__waiting == barrier->__count;
	if (last) {
		barrier->__waiting = 0;
		__atomic_add_fetch(&barrier->__seq, 1, __ATOMIC_SEQ_CST);
	}
	pthread_spin_unlock(lock);
	if (last)
		posix_wake_word(&barrier->__seq, INT_MAX, barrier->__shared);
	while (__atomic_load_n(&barrier->__seq, __ATOMIC_SEQ_CST) == seen)
		posix_wait_word(&barrier->__seq, seen, DEADLINE_FOREVER, barrier->__shared);
	__atomic_sub_fetch(&barrier->__spare[0], 1, __ATOMIC_SEQ_CST);
	return last ? PTHREAD_BARRIER_SERIAL_THREAD : 0;
}

int pthread_barrierattr_init(pthread_barrierattr_t *attr)
{
	attr->__shared = PTHREAD_PROCESS_PRIVATE;
	return 0;
}

int pthread_barrierattr_destroy(pthread_barrierattr_t *attr) { return 0; }

int pthread_barrierattr_setpshared(pthread_barrierattr_t *attr, int shared)
{
	if (shared != PTHREAD_PROCESS_PRIVATE && shared != PTHREAD_PROCESS_SHARED)
		return EINVAL;
	attr->__shared = shared;
	return 0;
}

int pthread_barrierattr_getpshared(const pthread_barrierattr_t *attr, int *shared)
{
	*shared = attr->__shared;
	return 0;
}

/* ---- spin locks: whoever spins long lets others run ---- */

#define SPINS 100

int pthread_spin_init(pthread_spinlock_t *lock, int shared)
{
	*lock = 0;
	return 0;
}

int pthread_spin_destroy(pthread_spinlock_t *lock) { return 0; }

int pthread_spin_trylock(pthread_spinlock_t *lock)
{
	return __atomic_exchange_n(lock, 1, __ATOMIC_ACQUIRE) ? EBUSY : 0;
}

int pthread_spin_lock(pthread_spinlock_t *lock)
{
	for (unsigned spins = 0; pthread_spin_trylock(lock); spins++) {
		__builtin_ia32_pause();
		if (spins >= SPINS)
			os_yield();
	}
	return 0;
}

int pthread_spin_unlock(pthread_spinlock_t *lock)
{
	__atomic_store_n(lock, 0, __ATOMIC_RELEASE);
	return 0;
}
