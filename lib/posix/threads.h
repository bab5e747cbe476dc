/* SPDX-License-Identifier: 0BSD */
/* threads.h: what the files of thread/ share. */
#pragma once

#include <pthread.h>
#include <time.h>
#include <abi/sync.h>
#include "posix/thread.h"

#define THREAD_STACK_BYTES (256u << 10)
#define THREAD_GUARD_BYTES 4096u

/* Memory for a thread with the attributes: its structure, with stack and guard filled in; NULL: none. memory.c */
struct __pthread *posix_thread_memory(const pthread_attr_t *attr);
/* Gives it back, or keeps it for the next thread. The thread does not run any more. */
void posix_thread_memory_free(struct __pthread *thread);

/* Calls destructors of keys. key.c */
void posix_keys_exit(struct __pthread *self);
/* Hands robust mutexes that SELF still owns to their waiters. mutex.c */
void posix_mutexes_exit(struct __pthread *self);

/* Waits on a word of a synchronisation object, with or without SYNC_SHARED. Answers -errno of sync_wait, EINTR
 * left out: 0, -EAGAIN, -ETIMEDOUT. */
int64_t posix_wait_word(uint32_t *word, uint32_t expected, uint64_t deadline_ns, int shared);
void posix_wake_word(uint32_t *word, uint32_t count, int shared);

/* A mutex's lock and unlock for condition variables: the lock count of recursive ones is kept. */
int posix_mutex_lock_until(pthread_mutex_t *mutex, uint64_t deadline_ns);
int posix_mutex_release(pthread_mutex_t *mutex, uint32_t *count);
int posix_mutex_restore(pthread_mutex_t *mutex, uint32_t count);
