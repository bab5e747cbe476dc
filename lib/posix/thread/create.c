/* SPDX-License-Identifier: 0BSD */
/* create.c: making threads: memory, one message, and what a thread does first. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include "posix/containers.h"
#include "posix/internal.h"
#include "posix/process.h"
#include "posix/signal.h"
#include "posix/threads.h"

/* sys starts a thread with its argument and the number of its record. */
static _Noreturn void thread_main(struct __pthread *self, uint64_t record_number)
{
	posix_thread_init(self, (uint32_t)record_number);
	self->record->library[LIBRARY_ALT_BYTES] = 0;
	posix_thread_enter(self);
	posix_mask_replace(self->initial_mask);
	pthread_exit(self->start(self->argument));
}

static void list_add(struct __pthread *thread)
{
	struct __pthread *first;

	posix_lock(&posix_threads_lock);
	first = posix_first_thread;
	thread->previous = first;
	thread->next = first->next;
	if (first->next)
		first->next->previous = thread;
	first->next = thread;
	__atomic_add_fetch(&posix_threads_live, 1, __ATOMIC_RELAXED);
	posix_unlock(&posix_threads_lock);
}

void posix_thread_unlist(struct __pthread *thread)
{
	posix_lock(&posix_threads_lock);
	if (thread->previous)
		thread->previous->next = thread->next;
	if (thread->next)
		thread->next->previous = thread->previous;
	posix_unlock(&posix_threads_lock);
}

/* Word 5 of PROC_THREAD: 0 is "as the caller". */
static uint64_t scheduling(const pthread_attr_t *attr)
{
	if (!attr || attr->__inherit != PTHREAD_EXPLICIT_SCHED)
		return 0;
	if (attr->__policy == SCHED_OTHER)
		return (uint64_t)SCHED_OTHER << 8 | NZERO;
	return (uint64_t)attr->__policy << 8 | (uint64_t)attr->__param.sched_priority;
}

static int64_t start(struct __pthread *thread, const pthread_attr_t *attr)
{
	/* Below the TLS block, as if called: 8 less than a multiple of 16. */
	uint64_t top = (uint64_t)thread + sizeof(*thread) - posix_tls_bytes() - 64;
	struct os_words w = {{PROTO_WORD0(PROC_THREAD, 0, 0), (uint64_t)thread_main, (top & ~63ull) - 8,
			      (uint64_t)thread, (uint64_t)thread, scheduling(attr)}};
	int64_t r;

	if (attr) {
		w.w[5] |= (uint64_t)(uint32_t)attr->__spare[POSIX_ATTR_FDSPACE] << 32;
		w.w[6] = (uint32_t)attr->__spare[POSIX_ATTR_CONTEXT];
	}
	r = posix_send(CAP_SELF_PROCESS, &w, NULL);
	if (r < 0)
		return r;
	/* It may be at its end by now, and wait for this; behind the exchange it may be gone. */
	thread->tid = (uint32_t)w.w[1];
	if (__atomic_exchange_n(&thread->created, CREATED, __ATOMIC_RELEASE) == CREATING_WAITED)
		posix_wake_word(&thread->created, 1, 0);
	return r;
}

int pthread_create(pthread_t *restrict out, const pthread_attr_t *restrict attr, void *(*function)(void *),
		   void *restrict argument)
{
	struct __pthread *thread = posix_thread_memory(attr);
	uint64_t mask;
	int64_t r;

	if (!thread)
		return EAGAIN;
	thread->self = thread;
	thread->start = function;
	thread->argument = argument;
	thread->state = attr && attr->__detach == PTHREAD_CREATE_DETACHED ? THREAD_DETACHED_STATE : THREAD_JOINABLE;
	mask = posix_mask_all();
	thread->initial_mask = mask;
	list_add(thread);
	*out = thread;
	r = start(thread, attr);
	if (r < 0) {
		posix_thread_unlist(thread);
		__atomic_sub_fetch(&posix_threads_live, 1, __ATOMIC_RELAXED);
	}
	posix_mask_replace(mask);
	if (r < 0)
		posix_thread_memory_free(thread);
	return r == -ENOMEM ? EAGAIN : r < 0 ? (int)-r : 0;
}
