/* SPDX-License-Identifier: 0BSD */
/* check.h: the invariant checker.
 *
 * Says with a panic which invariant is broken. In the debug flavour only; the release flavour
 * compiles it away. Under the kernel lock. The bounded checks are for every system call of a debug
 * kernel, the whole-tree check for tests.
 */
#pragma once

#include "obj/cspace.h"
#include "obj/sched_context.h"
#include "obj/thread.h"

/* S and its two neighbours, and what it names. Constant time. */
void check_slot(const struct slot *s);

/* The table CS: its feeds, and page PAGE: bits and slots. At most 128 slots. Pages that do not
 * exist pass. */
void check_cspace_page(const struct cspace *cs, uint32_t page);

/* All of CS. Linear. */
void check_cspace(const struct cspace *cs);

/* The tree in which ROOT (without a slot before it) is the first: shape, that memory lies within
 * what it was made of and does not overlap, that objects count their capabilities. Linear. */
void check_tree(const struct slot *root);

/* T's state, messages, work and time agree with each other and with what they name. Bounded. */
void check_thread(const struct thread *t);

/* T is about to leave the kernel on this CPU: that it may, check_thread, and a slot of its CSpace.
 * Bounded; for the way out. */
void check_exit(const struct thread *t);

/* T's effective priority is the highest of its parts, and its messages have it. Only where no chain
 * is longer than what inherit.h passes on. */
void check_priority(const struct thread *t);

/* EP's queue, receivers, received messages and servers. Linear. */
void check_endpoint(struct endpoint *ep);

/* Who holds, owns, lends and awaits SC. Linear. */
void check_sched_context(const struct sched_context *sc);

/* CPU's ready queues, timeouts, charge and current thread. Answers how many threads are queued.
 * Linear. */
unsigned check_cpu(const struct cpu *cpu);
