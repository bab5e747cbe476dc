/* SPDX-License-Identifier: 0BSD */
/* recall.c: a line discipline that is found again after its server died, at any point of any call. All that can be wrong
 * with it is that its counters do not fit each other; a byte more or less nobody could tell. */
#include "ldisc/internal.h"

bool ldisc_is_sound(const struct ldisc *ld)
{
	return ld->in_tail - ld->in_head <= LDISC_QUEUE && ld->line - ld->in_head <= ld->in_tail - ld->in_head &&
	       ld->out_tail - ld->out_head <= LDISC_STAGE;
}

struct ldisc_mark ldisc_mark(const struct ldisc *ld)
{
	return (struct ldisc_mark){ld->in_head, ld->out_head, ld->out_tail, ld->column, ld->out_utf8};
}

void ldisc_unread(struct ldisc *ld, const struct ldisc_mark *mark)
{
	if (ld->in_head - mark->in_head <= LDISC_QUEUE && ld->in_tail - mark->in_head <= LDISC_QUEUE)
		ld->in_head = mark->in_head;
}

void ldisc_unsend(struct ldisc *ld, const struct ldisc_mark *mark)
{
	if (ld->out_head - mark->out_head <= LDISC_STAGE && ld->out_tail - mark->out_head <= LDISC_STAGE)
		ld->out_head = mark->out_head;
}

void ldisc_unwrite(struct ldisc *ld, const struct ldisc_mark *mark)
{
	if (ld->out_tail - mark->out_tail > LDISC_STAGE || mark->out_tail - ld->out_head > LDISC_STAGE)
		return;
	ld->out_tail = mark->out_tail;
	ld->column = mark->column;
	ld->out_utf8 = mark->out_utf8;
}
