/* SPDX-License-Identifier: 0BSD */
/* refill.h: the arithmetic of a sporadic server.
 *
 * `budget_ns` in each `period_ns`: what is consumed comes back one period after it began to be
 * consumed. The budget is always the sum of the pieces in a queue ordered by the time at which they
 * come back; a piece whose time has come can be consumed. The first piece is the one in use.
 *
 * The queue is short. A new piece is joined to the last one when it continues it without a gap (the
 * last one's time stands), and also when the queue is full or one of the two is very small: then
 * the later time counts for both. Joining so never gives time earlier than the rule does, only
 * later, so the load that a SchedContext can put on others stays below that of a periodic task with
 * the same budget and period.
 */
#pragma once

#include <stdint.h>

#define REFILLS_MAX   8
#define REFILLS_MIN   2	    /* one in use, one to come */
#define REFILL_MIN_NS 10000 /* a smaller piece is not worth a timer interrupt */

struct refill {
	uint64_t at_ns; /* when it comes back, or, the first piece in use: since when it is used */
	uint64_t amount_ns;
};

struct refills {
	uint64_t budget_ns, period_ns;
	struct refill piece[REFILLS_MAX]; /* a ring */
	uint8_t first, count, limit;
};

/* All of the budget is there at NOW_NS. LIMIT is in [REFILLS_MIN, REFILLS_MAX], REFILL_MIN_NS <=
 * budget <= period. */
void refills_init(struct refills *r, uint64_t budget_ns, uint64_t period_ns, unsigned limit, uint64_t now_ns);

/* Use begins, or goes on, at NOW_NS: collects what has come back and answers how much can be used
 * from now on without a break; 0: nothing before refills_next_ns(). */
uint64_t refills_begin(struct refills *r, uint64_t now_ns);

/* USED_NS were used since refills_begin(). A little more than it answered is taken from what comes
 * next. */
void refills_consume(struct refills *r, uint64_t used_ns);

/* When there is something to use (again): now or in the past if there is already. */
uint64_t refills_next_ns(const struct refills *r);
