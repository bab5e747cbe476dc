/* SPDX-License-Identifier: 0BSD */
/* sync.h: waiting on an address, and locks that lend priority.
 *
 * The words are in user memory; the kernel reads and writes them through page tables and the direct
 * map, with atomic instructions, since threads on other CPUs change them meanwhile without asking.
 * Who waits is in sync_queue.h. A private address is named by address space and address, a shared
 * one by the physical address of the word. Names can go stale (the waiter gets another address
 * space, the word's memory other content), so whoever is about to be woken is asked once more
 * whether its address still means this word; if not, its call is made again from the start and
 * finds out by itself.
 *
 * The owner of a lock is known from the word alone, until somebody waits: from then on the queue
 * knows it, and lends it the priority of its most urgent waiter. An owner that ends leaves its
 * waiters to make their calls again: the first of them takes the lock over, and is told so by
 * ESRCH.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct thread;

/* A cycle of lock owners that wait for locks is looked for over this many links. */
#define LOCK_CHAIN_MAX 16

/* T waits until woken while the word at VA holds EXPECTED. SYS_BLOCKED; -EINVAL (alignment, flags),
 * -EAGAIN (another value), -ETIMEDOUT (the deadline is past), or what fault_own answers. */
int64_t sync_wait(struct thread *t, uint64_t va, uint32_t expected, uint64_t deadline_ns, uint32_t flags);

/* Wakes the COUNT most urgent waiters of VA. How many there were; SYS_RESTART with T->progress. */
int64_t sync_wake(struct thread *t, uint64_t va, uint32_t count, uint32_t flags);

/* T takes the lock at VA or waits for it. 0 or -ESRCH: T owns it (see abi/sync.h). SYS_BLOCKED,
 * SYS_RESTART, -EINVAL, -ETIMEDOUT, -EDEADLK (T owns it, or its owner waits, through other locks,
 * for T), or what fault_own answers. */
int64_t lock_wait(struct thread *t, uint64_t va, uint64_t deadline_ns, uint32_t flags);

/* T, which owns the lock at VA, gives it to its most urgent waiter, or frees it. 0, SYS_RESTART,
 * -EINVAL, -EPERM (T does not own it), or what fault_own answers. */
int64_t lock_wake(struct thread *t, uint64_t va, uint32_t flags);

/* T, in state SYNC, does not wait any more; the caller says what becomes of it. */
void sync_cancel(struct thread *t);

/* T, in state SYNC, has a new priority: it moves in its queue. Returns the thread whose
 * lock_priority changed by that, or NULL. */
struct thread *sync_priority_changed(struct thread *t);

/* T is ending: one of those who wait for locks that it owns makes its call again. True when there
 * is none left (and none comes). */
bool sync_abandon_step(struct thread *t);

/* The same for all of them. Callers that may have many make the steps first, with cuts between. */
void sync_abandon(struct thread *t);

/* T, in state SYNC: the number of the thread that owns the lock it waits for; 0 for other
 * addresses. */
uint64_t sync_owner_number(const struct thread *t);
