/* SPDX-License-Identifier: 0BSD */
/* exit.h: the way out of the kernel.
 *
 * Every entry ends here: decide who runs, make restarted system calls again, deliver diverts, load the context,
 * drop the lock.
 */
#ifndef KERN_SCHED_EXIT_H
#define KERN_SCHED_EXIT_H

#include "sched/cpu.h"

struct thread;

/* For entry.S: the thread to leave for, and the thread in whose registers its first eight words are: after a message
 * on the fast path, the other party's. Both are loaded before the lock is dropped. */
struct leaving {
	struct thread *thread;
	struct thread *words;
};

/* The thread to leave for, its context loaded. Idles when there is none. The lock is dropped by entry.S. */
struct leaving kernel_exit(struct cpu *cpu);

#endif
