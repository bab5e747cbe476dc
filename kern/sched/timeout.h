/* SPDX-License-Identifier: 0BSD */
/* timeout.h: deadlines.
 *
 * Each CPU has one tree of timeouts ordered by absolute nanoseconds. Setting and cancelling is
 * O(log n) and reprograms the hardware only when the earliest deadline moved forward: a cancelled
 * deadline stays armed, and the interrupt that it causes finds nothing to do and arms the next.
 * Expired timeouts are taken at most TIMEOUTS_PER_CUT at a time.
 *
 * The end of the running SchedContext's budget or slice changes with every switch, so it is not in
 * the tree: it is `cpu->charge_end`, one more thing that the hardware may be armed for
 * (sched_context.h).
 */
#pragma once

#include "lib/tree.h"

#define TIMEOUTS_PER_CUT 8

struct cpu;

struct timeout {
	struct tree_node node;		    /* key: deadline in ns */
	struct cpu *cpu;		    /* in whose tree */
	void (*expired)(struct timeout *t); /* called under the lock, already taken out of the tree; O(log n) */
};

/* Starts T (which is not running) on this CPU. DEADLINE_FOREVER starts nothing; a deadline in the
 * past expires at the next interrupt window. */
void timeout_start(struct timeout *t, uint64_t deadline_ns);
/* Stops T if it runs, on whatever CPU. */
void timeout_stop(struct timeout *t);

static inline bool timeout_running(const struct timeout *t) { return t->node.linked; }

/* Sees to it that the timer of this CPU interrupts at DEADLINE_NS or before. */
void timeout_arm(uint64_t deadline_ns);

/* The timer interrupt: serves what has expired on this CPU, at most TIMEOUTS_PER_CUT, ends the
 * running budget or slice if it is over, and arms the hardware for what comes next. True when more
 * have expired already; the timer is then armed to interrupt at once, so nobody needs to call
 * again. */
bool timeout_expire(void);

/* Nanoseconds since boot. */
uint64_t time_now(void);
