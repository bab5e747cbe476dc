/* SPDX-License-Identifier: 0BSD */
/* exit.c: the end of a thread, and waiting for it. */
#include <errno.h>
#include <pthread.h>
#include <reent.h>
#include <stdlib.h>
#include <sys/reent.h>
#include "posix/files.h"
#include "posix/internal.h"
#include "posix/process.h"
#include "posix/signal.h"
#include "posix/threads.h"
#include "posix/time.h"

_Noreturn void posix_thread_leave(uint32_t *ended, uint64_t wake, uint64_t send, uint64_t word0, char *stack,
				  size_t length);

static bool is_last(void)
{
	bool last;

	posix_lock(&posix_threads_lock);
	last = __atomic_sub_fetch(&posix_threads_live, 1, __ATOMIC_RELAXED) == 0;
	posix_unlock(&posix_threads_lock);
	return last;
}

static void run_cleanup(struct __pthread *self)
{
	while (self->cleanup) {
		struct _pthread_cleanup_context *top = self->cleanup;

		self->cleanup = top->_previous;
		top->_routine(top->_arg);
	}
}

/* Until pthread_create has done with SELF. */
static void wait_created(struct __pthread *self)
{
	uint32_t state = CREATING;

	__atomic_compare_exchange_n(&self->created, &state, CREATING_WAITED, false, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE);
	while (__atomic_load_n(&self->created, __ATOMIC_ACQUIRE) != CREATED)
		posix_wait_word(&self->created, CREATING_WAITED, DEADLINE_FOREVER, 0);
}

_Noreturn void pthread_exit(void *result)
{
	struct __pthread *self = posix_self();
	uint64_t wake = os_call_rax(SYS_sync_wake, 0, 0);
	uint64_t send = os_call_rax(SYS_send, 0, CAP_SELF_PROCESS);
	uint32_t state;

	__atomic_or_fetch(&self->cancel, CANCEL_DISABLED | CANCEL_ENDING, __ATOMIC_RELAXED);
	self->stop = 0;
	self->result = result;
	run_cleanup(self);
	posix_keys_exit(self);
	if (is_last())
		exit(0);
	posix_mutexes_exit(self);
	posix_poller_exit(self);
	_reclaim_reent(_REENT);
	posix_mask_all();
	wait_created(self);
	if (self != posix_first_thread)
		posix_thread_unlist(self);
	/* `sys` may have read the mask just before, on another processor: what comes still finds no stack. */
	self->record->area.busy = 1;
	state = __atomic_exchange_n(&self->state, THREAD_ENDED, __ATOMIC_ACQ_REL);
	if (state == THREAD_DETACHED_STATE)
		posix_thread_leave(NULL, 0, send, PROTO_WORD0(PROC_THREAD_EXIT, 0, 0), self->memory,
				   self->memory_bytes);
	/* Also when nobody joins yet: somebody may come before the thread is gone, and wait. */
	posix_thread_leave(&self->ended, wake, send, PROTO_WORD0(PROC_THREAD_EXIT, 0, 0), NULL, 0);
}

/* Waits until the thread is gone: 0, or ETIMEDOUT. */
static int wait_for(struct __pthread *thread, uint64_t deadline_ns)
{
	struct __pthread *self = posix_self();
	int64_t r = 0;

	while (!__atomic_load_n(&thread->ended, __ATOMIC_ACQUIRE)) {
		if (self->stop) {
			uint32_t joining = THREAD_JOINING;

			__atomic_compare_exchange_n(&thread->state, &joining, THREAD_JOINABLE, false, __ATOMIC_RELAXED,
						    __ATOMIC_RELAXED);
			posix_cancel_point();
		}
		if (r == -ETIMEDOUT)
			return ETIMEDOUT;
		r = posix_window_call(os_call_rax(SYS_sync_wait, 0, 0), (uint64_t)&thread->ended, 0, deadline_ns, 0,
				      &self->stop);
	}
	return 0;
}

static int join(struct __pthread *thread, void **result, uint64_t deadline_ns)
{
	uint32_t state = THREAD_JOINABLE;
	int error;

	if (thread == posix_self())
		return EDEADLK;
	posix_cancel_point();
	if (!__atomic_compare_exchange_n(&thread->state, &state, THREAD_JOINING, false, __ATOMIC_ACQ_REL,
					 __ATOMIC_ACQUIRE) &&
	    state != THREAD_ENDED)
		return EINVAL;
	error = wait_for(thread, deadline_ns);
	if (error) {
		state = THREAD_JOINING;
		__atomic_compare_exchange_n(&thread->state, &state, THREAD_JOINABLE, false, __ATOMIC_ACQ_REL,
					    __ATOMIC_RELAXED);
		return error;
	}
	if (result)
		*result = thread->result;
	posix_thread_memory_free(thread);
	return 0;
}

int pthread_join(pthread_t thread, void **result) { return join(thread, result, DEADLINE_FOREVER); }

int pthread_timedjoin_np(pthread_t thread, void **result, const struct timespec *at)
{
	uint64_t deadline_ns;

	if (!posix_clock_deadline(CLOCK_REALTIME, at, &deadline_ns))
		return EINVAL;
	return join(thread, result, deadline_ns);
}

int pthread_tryjoin_np(pthread_t thread, void **result)
{
	if (!__atomic_load_n(&thread->ended, __ATOMIC_ACQUIRE))
		return EBUSY;
	return join(thread, result, DEADLINE_FOREVER);
}

int pthread_detach(pthread_t thread)
{
	uint32_t state = THREAD_JOINABLE;

	if (__atomic_compare_exchange_n(&thread->state, &state, THREAD_DETACHED_STATE, false, __ATOMIC_ACQ_REL,
					__ATOMIC_ACQUIRE))
		return 0;
	if (state != THREAD_ENDED)
		return EINVAL;
	while (!__atomic_load_n(&thread->ended, __ATOMIC_ACQUIRE))
		posix_wait_word(&thread->ended, 0, DEADLINE_FOREVER, 0);
	posix_thread_memory_free(thread);
	return 0;
}
