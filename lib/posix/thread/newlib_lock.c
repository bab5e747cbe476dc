/* SPDX-License-Identifier: 0BSD */
/* newlib_lock.c: the locks of the C library: recursive ones, and others that are no different.
 *
 * Every stream has one, made when it is opened; a few come from a table, so that a program that only writes its
 * output needs no memory for them. fork holds those of the allocator and of the streams while it
 * copies.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/lock.h>
#include "posix/internal.h"
#include "posix/process.h"
#include "posix/threads.h"

struct __lock {
	uint32_t word; /* as posix_lock's */
	uint32_t owner;
	uint32_t count;
};

#define LOCKS_IN_TABLE 16

static struct __lock table[LOCKS_IN_TABLE];
static uint32_t table_used;

struct __lock __lock___sfp_recursive_mutex, __lock___atexit_recursive_mutex;
struct __lock __lock___at_quick_exit_mutex, __lock___malloc_recursive_mutex;
struct __lock __lock___env_recursive_mutex, __lock___tz_mutex, __lock___dd_hash_mutex;
struct __lock __lock___arc4random_mutex;

static struct __lock *lock_new(void)
{
	uint32_t place = __atomic_load_n(&table_used, __ATOMIC_RELAXED);

	while (place < LOCKS_IN_TABLE) {
		if (__atomic_compare_exchange_n(&table_used, &place, place + 1, false, __ATOMIC_RELAXED,
						__ATOMIC_RELAXED))
			return &table[place];
	}
	return calloc(1, sizeof(struct __lock));
}

void __retarget_lock_init(_LOCK_T *lock) { *lock = lock_new(); }

void __retarget_lock_init_recursive(_LOCK_T *lock) { *lock = lock_new(); }

void __retarget_lock_close(_LOCK_T lock)
{
	if (lock < table || lock >= table + LOCKS_IN_TABLE)
		free(lock);
}

void __retarget_lock_close_recursive(_LOCK_T lock) { __retarget_lock_close(lock); }

void __retarget_lock_acquire_recursive(_LOCK_T lock)
{
	uint32_t self = posix_self()->owner;

	if (!lock)
		return;
	if (__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) == self) {
		lock->count++;
		return;
	}
	posix_lock(&lock->word);
	__atomic_store_n(&lock->owner, self, __ATOMIC_RELAXED);
}

void __retarget_lock_release_recursive(_LOCK_T lock)
{
	if (!lock)
		return;
	if (lock->count) {
		lock->count--;
		return;
	}
	__atomic_store_n(&lock->owner, 0, __ATOMIC_RELAXED);
	posix_unlock(&lock->word);
}

int __retarget_lock_try_acquire_recursive(_LOCK_T lock)
{
	uint32_t self = posix_self()->owner, free_word = 0;

	if (!lock || __atomic_load_n(&lock->owner, __ATOMIC_RELAXED) == self) {
		if (lock)
			lock->count++;
		return 0;
	}
	if (!__atomic_compare_exchange_n(&lock->word, &free_word, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return EBUSY;
	__atomic_store_n(&lock->owner, self, __ATOMIC_RELAXED);
	return 0;
}

void __retarget_lock_acquire(_LOCK_T lock) { __retarget_lock_acquire_recursive(lock); }

void __retarget_lock_release(_LOCK_T lock) { __retarget_lock_release_recursive(lock); }

int __retarget_lock_try_acquire(_LOCK_T lock) { return __retarget_lock_try_acquire_recursive(lock); }

/* Order: what may be held while the next is taken comes first. */
static struct __lock *const held_over_fork[] = {
    &__lock___sfp_recursive_mutex, &__lock___atexit_recursive_mutex, &__lock___env_recursive_mutex, &__lock___tz_mutex,
    &__lock___arc4random_mutex,	   &__lock___malloc_recursive_mutex,
};
#define HELD_OVER_FORK (sizeof(held_over_fork) / sizeof(held_over_fork[0]))

void posix_libc_fork_prepare(void)
{
	for (unsigned i = 0; i < HELD_OVER_FORK; i++)
		__retarget_lock_acquire_recursive(held_over_fork[i]);
}

void posix_libc_fork_done(void)
{
	for (unsigned i = HELD_OVER_FORK; i-- > 0;)
		__retarget_lock_release_recursive(held_over_fork[i]);
}
