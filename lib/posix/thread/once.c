/* SPDX-License-Identifier: 0BSD */
/* once.c: functions that run once. A thread that is cancelled in the middle leaves it undone. */
#include <limits.h>
#include <pthread.h>
#include "posix/internal.h"
#include "posix/threads.h"

enum { ONCE_NEW, ONCE_RUNNING, ONCE_AWAITED, ONCE_DONE };

static void settle(pthread_once_t *once, uint32_t state)
{
	if (__atomic_exchange_n(&once->__seq, state, __ATOMIC_RELEASE) == ONCE_AWAITED)
		posix_wake_word(&once->__seq, INT_MAX, 0);
}

static void undone(void *once) { settle(once, ONCE_NEW); }

static void run(pthread_once_t *once, void (*function)(void))
{
	pthread_cleanup_push(undone, once);
	function();
	pthread_cleanup_pop(0);
	settle(once, ONCE_DONE);
}

int pthread_once(pthread_once_t *once, void (*function)(void))
{
	uint32_t now;

	while ((now = __atomic_load_n(&once->__seq, __ATOMIC_ACQUIRE)) != ONCE_DONE) {
		if (now == ONCE_NEW) {
			if (__atomic_compare_exchange_n(&once->__seq, &now, ONCE_RUNNING, false, __ATOMIC_ACQUIRE,
							__ATOMIC_RELAXED)) {
				run(once, function);
				return 0;
			}
		} else if (now == ONCE_AWAITED || __atomic_compare_exchange_n(&once->__seq, &now, ONCE_AWAITED, false,
									      __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
			posix_wait_word(&once->__seq, ONCE_AWAITED, DEADLINE_FOREVER, 0);
		}
	}
	return 0;
}
