/* SPDX-License-Identifier: 0BSD */
/* mutex.c: mutexes of all kinds.
 *
 * The lock word holds its owner's name, or 0, and LOCK_CONTENDED when somebody may wait. Three kinds
 * of names: ordinary mutexes use the thread's number within the process, which a fork keeps, so that the child can
 * unlock what its parent locked; shared ones the thread's id; those that inherit priority or are robust the kernel's
 * number, since the kernel hands them on (lock_wait) and must know the owner. The everyday mutex
 * (normal or not, but private, without protocol) costs one atomic instruction to lock and one to unlock.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include "posix/internal.h"
#include "posix/threads.h"
#include "posix/time.h"

/* __state of a robust mutex */
enum {
	STATE_GOOD,
	STATE_REPAIR, /* its owner knows that the one before died with it */
	STATE_LOST,   /* not repaired: for ever */
	STATE_LEFT,   /* let go by a thread that ended: the next owner must repair */
};

static bool is_plain(const pthread_mutex_t *m)
{
	uint32_t kind;

	memcpy(&kind, &m->__type, sizeof(kind)); /* type, protocol, shared, robust: all 0 */
	return kind == 0;
}

static bool by_kernel(const pthread_mutex_t *m) { return m->__protocol == PTHREAD_PRIO_INHERIT || m->__robust; }

/* The caller's name in the lock word. */
static uint32_t name_in(const pthread_mutex_t *m, struct __pthread *self)
{
	if (by_kernel(m))
		return posix_kernel_number(self);
	return m->__shared ? self->tid & LOCK_OWNER : self->owner;
}

static bool take_free(pthread_mutex_t *m, uint32_t name)
{
	uint32_t free = 0;

	return __atomic_compare_exchange_n(&m->__lock, &free, name, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

/* ---- robust ones ---- */

static void hold(struct __pthread *self, pthread_mutex_t *m)
{
	for (unsigned i = 0; i < THREAD_ROBUST_MAX; i++) {
		if (!self->robust[i]) {
			self->robust[i] = m;
			return;
		}
	}
}

static void let_go(struct __pthread *self, pthread_mutex_t *m)
{
	for (unsigned i = 0; i < THREAD_ROBUST_MAX; i++) {
		if (self->robust[i] == m)
			self->robust[i] = NULL;
	}
}

/* The caller has the lock word; DIED: from a thread that ended. What does lock answer? */
static int taken(pthread_mutex_t *m, struct __pthread *self, bool died)
{
	if (!m->__robust)
		return 0;
	if (m->__state == STATE_LOST) {
		os_lock_wake((uint64_t)&m->__lock, m->__shared ? SYNC_SHARED : 0);
		return ENOTRECOVERABLE;
	}
	hold(self, m);
	if (!died && m->__state != STATE_LEFT)
		return 0;
	m->__state = STATE_REPAIR;
	m->__count = 0;
	return EOWNERDEAD;
}

void posix_mutexes_exit(struct __pthread *self)
{
	for (unsigned i = 0; i < THREAD_ROBUST_MAX; i++) {
		pthread_mutex_t *m = self->robust[i];

		if (!m)
			continue;
		m->__state = STATE_LEFT;
		os_lock_wake((uint64_t)&m->__lock, m->__shared ? SYNC_SHARED : 0);
	}
}

int pthread_mutex_consistent(pthread_mutex_t *m)
{
	if (!m->__robust || m->__state != STATE_REPAIR)
		return EINVAL;
	m->__state = STATE_GOOD;
	return 0;
}

/* ---- lock ---- */

/* The kernel hands it on. */
static int lock_by_kernel(pthread_mutex_t *m, struct __pthread *self, uint64_t deadline_ns)
{
	int64_t r;

	do {
		r = os_lock_wait((uint64_t)&m->__lock, deadline_ns, m->__shared ? SYNC_SHARED : 0);
	} while (r == -EINTR);
	if (r == 0 || r == -ESRCH)
		return taken(m, self, r == -ESRCH);
	return r == -EAGAIN ? EBUSY : (int)-r;
}

static int lock_by_waiting(pthread_mutex_t *m, uint32_t name, uint64_t deadline_ns)
{
	for (;;) {
		uint32_t now = __atomic_load_n(&m->__lock, __ATOMIC_RELAXED);

		if (!now) {
			/* Others may be waiting, too. */
			if (take_free(m, name | LOCK_CONTENDED))
				return 0;
			continue;
		}
		if (!(now & LOCK_CONTENDED) && !__atomic_compare_exchange_n(&m->__lock, &now, now | LOCK_CONTENDED,
									    false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
			continue;
		if (posix_wait_word(&m->__lock, now | LOCK_CONTENDED, deadline_ns, m->__shared) == -ETIMEDOUT)
			return ETIMEDOUT;
	}
}

/* It is the caller's already. */
static int lock_again(pthread_mutex_t *m)
{
	if (m->__type == PTHREAD_MUTEX_ERRORCHECK)
		return EDEADLK;
	if (m->__count == UINT32_MAX)
		return EAGAIN;
	m->__count++;
	return 0;
}

int posix_mutex_lock_until(pthread_mutex_t *m, uint64_t deadline_ns)
{
	struct __pthread *self = posix_self();
	uint32_t name = name_in(m, self);

	if (take_free(m, name))
		return taken(m, self, false);
	if (m->__type != PTHREAD_MUTEX_NORMAL &&
	    (__atomic_load_n(&m->__lock, __ATOMIC_RELAXED) & ~LOCK_CONTENDED) == name)
		return lock_again(m);
	if (by_kernel(m))
		return lock_by_kernel(m, self, deadline_ns);
	return lock_by_waiting(m, name, deadline_ns);
}

int pthread_mutex_lock(pthread_mutex_t *m)
{
	if (is_plain(m) && take_free(m, posix_self()->owner))
		return 0;
	return posix_mutex_lock_until(m, DEADLINE_FOREVER);
}

int pthread_mutex_trylock(pthread_mutex_t *m)
{
	struct __pthread *self = posix_self();
	uint32_t name = name_in(m, self);
	int error;

	if (take_free(m, name))
		return taken(m, self, false);
	if (m->__type == PTHREAD_MUTEX_RECURSIVE &&
	    (__atomic_load_n(&m->__lock, __ATOMIC_RELAXED) & ~LOCK_CONTENDED) == name)
		return lock_again(m);
	if (!m->__robust)
		return EBUSY;
	error = lock_by_kernel(m, self, DEADLINE_NOW);
	return error == ETIMEDOUT || error == EDEADLK ? EBUSY : error;
}

int pthread_mutex_clocklock(pthread_mutex_t *restrict m, clockid_t clock, const struct timespec *restrict at)
{
	int error = pthread_mutex_trylock(m);
	uint64_t deadline_ns;

	if (error != EBUSY)
		return error;
	if (!posix_clock_deadline(clock, at, &deadline_ns))
		return EINVAL;
	return posix_mutex_lock_until(m, deadline_ns);
}

int pthread_mutex_timedlock(pthread_mutex_t *restrict m, const struct timespec *restrict at)
{
	return pthread_mutex_clocklock(m, CLOCK_REALTIME, at);
}

/* ---- unlock ---- */

static int release(pthread_mutex_t *m, struct __pthread *self)
{
	uint32_t name;

	if (!by_kernel(m)) {
		if (__atomic_exchange_n(&m->__lock, 0, __ATOMIC_RELEASE) & LOCK_CONTENDED)
			posix_wake_word(&m->__lock, 1, m->__shared);
		return 0;
	}
	if (m->__robust) {
		let_go(self, m);
		if (m->__state == STATE_REPAIR)
			m->__state = STATE_LOST;
	}
	name = posix_kernel_number(self);
	if (__atomic_compare_exchange_n(&m->__lock, &name, 0, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		return 0;
	return (int)-os_lock_wake((uint64_t)&m->__lock, m->__shared ? SYNC_SHARED : 0);
}

int pthread_mutex_unlock(pthread_mutex_t *m)
{
	struct __pthread *self = posix_self();

	if (is_plain(m)) {
		if (__atomic_exchange_n(&m->__lock, 0, __ATOMIC_RELEASE) & LOCK_CONTENDED)
			posix_wake_word(&m->__lock, 1, 0);
		return 0;
	}
	if ((m->__type != PTHREAD_MUTEX_NORMAL || by_kernel(m)) &&
	    (__atomic_load_n(&m->__lock, __ATOMIC_RELAXED) & ~LOCK_CONTENDED) != name_in(m, self))
		return EPERM;
	if (m->__type == PTHREAD_MUTEX_RECURSIVE && m->__count) {
		m->__count--;
		return 0;
	}
	return release(m, self);
}

int posix_mutex_release(pthread_mutex_t *m, uint32_t *count)
{
	struct __pthread *self = posix_self();

	if (m->__type != PTHREAD_MUTEX_NORMAL &&
	    (__atomic_load_n(&m->__lock, __ATOMIC_RELAXED) & ~LOCK_CONTENDED) != name_in(m, self))
		return EPERM;
	*count = m->__count;
	m->__count = 0;
	return release(m, self);
}

int posix_mutex_restore(pthread_mutex_t *m, uint32_t count)
{
	int error = posix_mutex_lock_until(m, DEADLINE_FOREVER);

	m->__count = count;
	return error;
}

/* ---- making ---- */

int pthread_mutex_init(pthread_mutex_t *restrict m, const pthread_mutexattr_t *restrict attr)
{
	*m = (pthread_mutex_t){0};
	if (attr) {
		m->__type = attr->__type;
		m->__protocol = attr->__protocol;
		m->__shared = attr->__shared;
		m->__robust = attr->__robust;
		m->__ceiling = attr->__ceiling;
	}
	return 0;
}

int pthread_mutex_destroy(pthread_mutex_t *m) { return m->__lock ? EBUSY : 0; }
