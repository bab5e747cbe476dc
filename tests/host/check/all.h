/* SPDX-License-Identifier: 0BSD */
/* all.h: the invariants of whole tables, trees and queues, for tests of the kernel's core on the host; debug/check.h has
 * those of one thing. A panic says which one is broken. */
#pragma once

#include "debug/check.h"

/* The table CS: its feeds, and page PAGE: bits and slots. At most 128 slots. Pages that do not
 * exist pass. */
void check_cspace_page(const struct cspace *cs, uint32_t page);

/* All of CS. Linear. */
void check_cspace(const struct cspace *cs);

/* The tree in which ROOT (without a slot before it) is the first: shape, that memory lies within
 * what it was made of and does not overlap, that objects count their capabilities. Linear. */
void check_tree(const struct slot *root);

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
