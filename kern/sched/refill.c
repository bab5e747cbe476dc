/* SPDX-License-Identifier: 0BSD */
/* refill.c: the arithmetic of a sporadic server. At most REFILLS_MAX steps each, no division. */
#include "sched/refill.h"

#include "lib/assert.h"
#include "lib/bits.h"

_Static_assert((REFILLS_MAX & (REFILLS_MAX - 1)) == 0, "the ring is indexed by a mask");

static struct refill *piece_at(struct refills *r, unsigned n) { return &r->piece[(r->first + n) & (REFILLS_MAX - 1)]; }

static void drop_first(struct refills *r)
{
	r->first = (r->first + 1) & (REFILLS_MAX - 1);
	r->count--;
}

/* The first piece joins the second: its time is the second's. */
static void join_first(struct refills *r)
{
	piece_at(r, 1)->amount_ns += piece_at(r, 0)->amount_ns;
	drop_first(r);
}

/* Puts PIECE, which comes back last of all, at the end. KEEP pieces in front are not to be joined
 * to. */
static void append(struct refills *r, struct refill piece, unsigned keep)
{
	struct refill *last;

	if (r->count > keep) {
		last = piece_at(r, r->count - 1);
		KASSERT(last->at_ns <= piece.at_ns, "use moves forward in time");
		if (piece.at_ns <= last->at_ns + last->amount_ns) {
			last->amount_ns += piece.amount_ns;
			return;
		}
		if (r->count >= r->limit || piece.amount_ns < REFILL_MIN_NS || last->amount_ns < REFILL_MIN_NS) {
			last->amount_ns += piece.amount_ns;
			last->at_ns = piece.at_ns;
			return;
		}
	}
	*piece_at(r, r->count) = piece;
	r->count++;
}

void refills_init(struct refills *r, uint64_t budget_ns, uint64_t period_ns, unsigned limit, uint64_t now_ns)
{
	r->budget_ns = budget_ns;
	r->period_ns = period_ns;
	r->limit = (uint8_t)limit;
	r->first = 0;
	r->count = 1;
	r->piece[0] = (struct refill){.at_ns = now_ns, .amount_ns = budget_ns};
}

uint64_t refills_begin(struct refills *r, uint64_t now_ns)
{
	if (piece_at(r, 0)->at_ns > now_ns) return 0;
	while (r->count > 1 && piece_at(r, 1)->at_ns <= now_ns) join_first(r);
	piece_at(r, 0)->at_ns = now_ns;
	return piece_at(r, 0)->amount_ns;
}

void refills_consume(struct refills *r, uint64_t used_ns)
{
	struct refill *first;

	used_ns = min(used_ns, 2 * r->budget_ns); /* so that each piece is gone over at most twice */
	while (used_ns >= piece_at(r, 0)->amount_ns) {
		struct refill piece = *piece_at(r, 0);

		used_ns -= piece.amount_ns;
		piece.at_ns += r->period_ns;
		drop_first(r);
		append(r, piece, 0);
	}
	if (used_ns == 0) return;
	first = piece_at(r, 0);
	append(r, (struct refill){first->at_ns + r->period_ns, used_ns}, 1);
	first->at_ns += used_ns;
	first->amount_ns -= used_ns;
	if (first->amount_ns < REFILL_MIN_NS) join_first(r);
}

uint64_t refills_next_ns(const struct refills *r) { return r->piece[r->first].at_ns; }
