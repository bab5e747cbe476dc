/* SPDX-License-Identifier: 0BSD */
/* cancel.c: cancellation and cleanup handlers.
 *
 * pthread_cancel sets a bit in the thread's `cancel` word and sends it the library's own signal; the
 * thread, in its divert entry, sets `stop` if it may be cancelled now, and its wait ends. All that
 * stands in `stop` is written by the thread itself.
 */
#include <errno.h>
#include <pthread.h>
#include "posix/internal.h"
#include "posix/process.h"
#include "posix/signal.h"
#include "posix/threads.h"

static bool may_end(uint32_t cancel)
{
	return (cancel & (CANCEL_WANTED | CANCEL_DISABLED | CANCEL_ENDING)) == CANCEL_WANTED;
}

void posix_cancel_point(void)
{
	struct __pthread *self = posix_self();

	if (may_end(__atomic_load_n(&self->cancel, __ATOMIC_RELAXED)))
		pthread_exit(PTHREAD_CANCELED);
}

void pthread_testcancel(void) { posix_cancel_point(); }

int pthread_cancel(pthread_t thread)
{
	uint32_t before;

	posix_signal_prepare();
	before = __atomic_fetch_or(&thread->cancel, CANCEL_WANTED, __ATOMIC_SEQ_CST);
	if (before & (CANCEL_WANTED | CANCEL_ENDING))
		return 0;
	if (thread == posix_self()) {
		thread->stop = may_end(thread->cancel);
		if (thread->cancel & CANCEL_ASYNC)
			posix_cancel_point();
		return 0;
	}
	posix_control->caught |= SIGNAL_BIT(SIGCANCEL);
	posix_kill_thread(thread->tid, SIGCANCEL);
	return 0;
}

int pthread_setcancelstate(int state, int *old)
{
	struct __pthread *self = posix_self();
	uint32_t before;

	if (state == PTHREAD_CANCEL_DISABLE)
		before = __atomic_fetch_or(&self->cancel, CANCEL_DISABLED, __ATOMIC_SEQ_CST);
	else if (state == PTHREAD_CANCEL_ENABLE)
		before = __atomic_fetch_and(&self->cancel, ~(uint32_t)CANCEL_DISABLED, __ATOMIC_SEQ_CST);
	else
		return EINVAL;
	self->stop = may_end(__atomic_load_n(&self->cancel, __ATOMIC_SEQ_CST));
	if (self->stop && (self->cancel & CANCEL_ASYNC))
		posix_cancel_point();
	if (old)
		*old = before & CANCEL_DISABLED ? PTHREAD_CANCEL_DISABLE : PTHREAD_CANCEL_ENABLE;
	return 0;
}

int pthread_setcanceltype(int type, int *old)
{
	struct __pthread *self = posix_self();
	uint32_t before;

	if (type == PTHREAD_CANCEL_ASYNCHRONOUS)
		before = __atomic_fetch_or(&self->cancel, CANCEL_ASYNC, __ATOMIC_SEQ_CST);
	else if (type == PTHREAD_CANCEL_DEFERRED)
		before = __atomic_fetch_and(&self->cancel, ~(uint32_t)CANCEL_ASYNC, __ATOMIC_SEQ_CST);
	else
		return EINVAL;
	if (type == PTHREAD_CANCEL_ASYNCHRONOUS)
		posix_cancel_point();
	if (old)
		*old = before & CANCEL_ASYNC ? PTHREAD_CANCEL_ASYNCHRONOUS : PTHREAD_CANCEL_DEFERRED;
	return 0;
}

/* ---- cleanup handlers ---- */

void _pthread_cleanup_push(struct _pthread_cleanup_context *context, void (*routine)(void *), void *argument)
{
	struct __pthread *self = posix_self();

	context->_routine = routine;
	context->_arg = argument;
	context->_previous = self->cleanup;
	self->cleanup = context;
}

void _pthread_cleanup_pop(struct _pthread_cleanup_context *context, int execute)
{
	posix_self()->cleanup = context->_previous;
	if (execute)
		context->_routine(context->_arg);
}

void _pthread_cleanup_push_defer(struct _pthread_cleanup_context *context, void (*routine)(void *), void *argument)
{
	pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &context->_canceltype);
	_pthread_cleanup_push(context, routine, argument);
}

void _pthread_cleanup_pop_restore(struct _pthread_cleanup_context *context, int execute)
{
	_pthread_cleanup_pop(context, execute);
	pthread_setcanceltype(context->_canceltype, NULL);
}
