/* SPDX-License-Identifier: 0BSD */
/* attr.c: attributes of threads to be made. All zero is the default. */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include "posix/thread.h"
#include "posix/threads.h"

int pthread_attr_init(pthread_attr_t *attr)
{
	*attr = (pthread_attr_t){.__detach = PTHREAD_CREATE_JOINABLE,
				 .__inherit = PTHREAD_INHERIT_SCHED,
				 .__scope = PTHREAD_SCOPE_SYSTEM,
				 .__guard_size = THREAD_GUARD_BYTES};
	return 0;
}

int pthread_attr_destroy(pthread_attr_t *attr) { return 0; }

int pthread_attr_setstacksize(pthread_attr_t *attr, size_t size)
{
	if (size < PTHREAD_STACK_MIN)
		return EINVAL;
	attr->__stack_size = size;
	return 0;
}

int pthread_attr_getstacksize(const pthread_attr_t *attr, size_t *size)
{
	*size = attr->__stack_size ? attr->__stack_size : THREAD_STACK_BYTES;
	return 0;
}

int pthread_attr_setstack(pthread_attr_t *attr, void *stack, size_t size)
{
	if (size < PTHREAD_STACK_MIN || (uint64_t)stack % 16 || size % 16)
		return EINVAL;
	attr->__stack = stack;
	attr->__stack_size = size;
	return 0;
}

int pthread_attr_getstack(const pthread_attr_t *attr, void **stack, size_t *size)
{
	*stack = attr->__stack;
	return pthread_attr_getstacksize(attr, size);
}

int pthread_attr_setstackaddr(pthread_attr_t *attr, void *stack)
{
	attr->__stack = stack;
	return 0;
}

int pthread_attr_getstackaddr(const pthread_attr_t *attr, void **stack)
{
	*stack = attr->__stack;
	return 0;
}

int pthread_attr_setguardsize(pthread_attr_t *attr, size_t size)
{
	attr->__guard_size = (size + 4095) & ~(size_t)4095;
	return 0;
}

int pthread_attr_getguardsize(const pthread_attr_t *attr, size_t *size)
{
	*size = attr->__guard_size;
	return 0;
}

int pthread_attr_setdetachstate(pthread_attr_t *attr, int state)
{
	if (state != PTHREAD_CREATE_DETACHED && state != PTHREAD_CREATE_JOINABLE)
		return EINVAL;
	attr->__detach = state;
	return 0;
}

int pthread_attr_getdetachstate(const pthread_attr_t *attr, int *state)
{
	*state = attr->__detach;
	return 0;
}

int pthread_attr_setinheritsched(pthread_attr_t *attr, int inherit)
{
	if (inherit != PTHREAD_INHERIT_SCHED && inherit != PTHREAD_EXPLICIT_SCHED)
		return EINVAL;
	attr->__inherit = inherit;
	return 0;
}

int pthread_attr_getinheritsched(const pthread_attr_t *attr, int *inherit)
{
	*inherit = attr->__inherit;
	return 0;
}

int pthread_attr_setschedpolicy(pthread_attr_t *attr, int policy)
{
	if (policy != SCHED_OTHER && policy != SCHED_FIFO && policy != SCHED_RR)
		return ENOTSUP;
	attr->__policy = policy;
	return 0;
}

int pthread_attr_getschedpolicy(const pthread_attr_t *attr, int *policy)
{
	*policy = attr->__policy;
	return 0;
}

int pthread_attr_setschedparam(pthread_attr_t *attr, const struct sched_param *param)
{
	attr->__param = *param;
	return 0;
}

int pthread_attr_getschedparam(const pthread_attr_t *attr, struct sched_param *param)
{
	*param = attr->__param;
	return 0;
}

int pthread_attr_setscope(pthread_attr_t *attr, int scope)
{
	if (scope != PTHREAD_SCOPE_SYSTEM)
		return scope == PTHREAD_SCOPE_PROCESS ? ENOTSUP : EINVAL;
	attr->__scope = scope;
	return 0;
}

int pthread_attr_getscope(const pthread_attr_t *attr, int *scope)
{
	*scope = attr->__scope;
	return 0;
}

int pthread_getattr_np(pthread_t thread, pthread_attr_t *attr)
{
	pthread_attr_init(attr);
	attr->__stack = thread->stack;
	attr->__stack_size = thread->stack_bytes;
	attr->__guard_size = thread->guard_bytes;
	attr->__detach = thread->state == THREAD_DETACHED_STATE ? PTHREAD_CREATE_DETACHED : PTHREAD_CREATE_JOINABLE;
	return 0;
}
