/* SPDX-License-Identifier: 0BSD */
/* timeout.h: deadlines.
 *
 * Each CPU has one tree of timeouts ordered by absolute nanoseconds. Setting and cancelling is O(log n) and
 * reprograms the hardware only when the earliest deadline moved forward. Expired timeouts are taken
 * at most TIMEOUTS_PER_CUT at a time.
 */
#ifndef KERN_SCHED_TIMEOUT_H
#define KERN_SCHED_TIMEOUT_H

#include <stdbool.h>
#include <stdint.h>
#include "lib/tree.h"

#define TIMEOUTS_PER_CUT 8

struct cpu;

struct timeout {
	struct tree_node node; /* key: deadline in ns */
	struct cpu *cpu;       /* in whose tree */
	void (*expired)(struct timeout *t); /* called under the lock, already taken out of the tree; O(log n) */
};

/* Starts T (which is not running) on this CPU. DEADLINE_FOREVER starts nothing. */
void timeout_start(struct timeout *t, uint64_t deadline_ns);
/* Stops T if it runs. */
void timeout_stop(struct timeout *t);

static inline bool timeout_running(const struct timeout *t)
{
	return t->node.linked;
}

/* Serves what has expired on this CPU, at most TIMEOUTS_PER_CUT, and arms the hardware for the next. True when
 * more have expired already. */
bool timeout_expire(void);

/* Nanoseconds since boot. */
uint64_t time_now(void);

#endif
