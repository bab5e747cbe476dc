/* SPDX-License-Identifier: 0BSD */
/* fault.h: faults and exceptions as messages.
 *
 * The kernel sends them for a thread from the thread's second message record, so that one may be
 * taken in the middle of a call. The thread's state is FAULT meanwhile; what it goes on with
 * afterwards follows from what its call was doing:
 *
 *   call HELD       back into its endpoint's queue, at its old place
 *   call RECEIVED   back to waiting for the reply; the server gets a RETRY notice
 *   restart_after_fault   the system call is made again
 *   none of these   back to user mode
 */
#pragma once

#include "ipc/message.h"

struct thread;

/* T, running in user mode, took an exception. */
void fault_exception(struct thread *t, unsigned kind, uint64_t address, unsigned access, uint64_t code);

/* T's own memory at [va, va + length) is needed for the call that it is making. SYS_BLOCKED, or
 * -EFAULT when it has nobody to tell or VA is no user address. */
int64_t fault_own(struct thread *t, uint64_t va, uint64_t length, unsigned access);

/* T, whose call is HELD or RECEIVED, lacks a page that the other side needs. Without a fault
 * connection a HELD call ends with EFAULT, a RECEIVED one gets its RETRY notice at once. */
void fault_sender(struct thread *t, uint64_t va, uint64_t length, unsigned access);

/* T's fault was answered (or withdrawn) with STATUS: negative means that nobody helps. */
void fault_resolved(struct thread *t, int64_t status);
