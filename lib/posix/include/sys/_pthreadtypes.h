/* SPDX-License-Identifier: 0BSD */
/* sys/_pthreadtypes.h: the objects of pthread.h and semaphore.h. */
#ifndef PARLEY_SYS__PTHREADTYPES_H
#define PARLEY_SYS__PTHREADTYPES_H

/*
 * All of them live wholly in the memory that the program gives, hold no pointer into the process,
 * and are ready for use when zero: so they can be shared between processes and need no initializer
 * call. Words named __lock are lock words, and words named __seq are waited on (abi/sync.h).
 */
#include <sys/_types.h>
#include <sys/sched.h>

struct __pthread;
typedef struct __pthread *pthread_t;
typedef unsigned int pthread_key_t;

#define PTHREAD_SCOPE_PROCESS	 0
#define PTHREAD_SCOPE_SYSTEM	 1
#define PTHREAD_INHERIT_SCHED	 1
#define PTHREAD_EXPLICIT_SCHED	 2
#define PTHREAD_CREATE_DETACHED	 0
#define PTHREAD_CREATE_JOINABLE	 1
#define PTHREAD_PROCESS_PRIVATE	 0
#define PTHREAD_PROCESS_SHARED	 1
#define PTHREAD_PRIO_NONE	 0
#define PTHREAD_PRIO_INHERIT	 1
#define PTHREAD_PRIO_PROTECT	 2
#define PTHREAD_MUTEX_NORMAL	 0
#define PTHREAD_MUTEX_RECURSIVE	 1
#define PTHREAD_MUTEX_ERRORCHECK 2
#define PTHREAD_MUTEX_DEFAULT	 PTHREAD_MUTEX_NORMAL
#define PTHREAD_MUTEX_STALLED	 0
#define PTHREAD_MUTEX_ROBUST	 1

typedef struct {
	__SIZE_TYPE__ __stack_size, __guard_size; /* 0: the default */
	void *__stack;				  /* lowest byte; NULL: one is made */
	int __detach, __inherit, __policy, __scope;
	struct sched_param __param;
	int __spare[7];
} pthread_attr_t;

typedef struct {
	unsigned char __type, __protocol, __shared, __robust;
	int __ceiling;
} pthread_mutexattr_t;

typedef struct {
	unsigned int __lock;
	unsigned int __count; /* of a recursive mutex */
	unsigned char __type, __protocol, __shared, __robust;
	int __ceiling;
	unsigned int __state; /* of a robust mutex: consistent or not */
	int __spare[3];
} pthread_mutex_t;

typedef struct {
	int __clock, __shared;
} pthread_condattr_t;

typedef struct {
	unsigned int __seq, __waiters;
	int __clock, __shared;
	int __spare[4];
} pthread_cond_t;

typedef struct {
	int __shared;
} pthread_rwlockattr_t;

typedef struct {
	unsigned int __lock, __state, __seq, __waiters, __writer;
	int __shared;
	int __spare[2];
} pthread_rwlock_t;

typedef struct {
	int __shared;
} pthread_barrierattr_t;

typedef struct {
	unsigned int __seq, __waiting, __count;
	int __shared;
	int __spare[4];
} pthread_barrier_t;

typedef unsigned int pthread_spinlock_t;

typedef struct {
	unsigned int __seq;
} pthread_once_t;

#define _PTHREAD_MUTEX_INITIALIZER                                                                                     \
	{                                                                                                              \
		0                                                                                                      \
	}
#define _PTHREAD_COND_INITIALIZER                                                                                      \
	{                                                                                                              \
		0                                                                                                      \
	}
#define _PTHREAD_RWLOCK_INITIALIZER                                                                                    \
	{                                                                                                              \
		0                                                                                                      \
	}
#define _PTHREAD_ONCE_INIT                                                                                             \
	{                                                                                                              \
		0                                                                                                      \
	}

#endif
