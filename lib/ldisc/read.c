/* SPDX-License-Identifier: 0BSD */
/* read.c: what a read gets: a line, or bytes by MIN and TIME (POSIX XBD 11.1.6 and 11.1.7). */
#include "ldisc/internal.h"

#define DECISECOND_NS 100000000ull

static uint32_t queued(const struct ldisc *ld) { return ld->in_tail - ld->in_head; }

void ldisc_unthrottle(struct ldisc *ld)
{
	if (!ld->sender_stopped || queued(ld) > LDISC_LOW)
		return;
	ld->sender_stopped = false;
	ldisc_send_urgent(ld, VSTART);
}

/* Takes up to a line. The end of a file behind a full buffer goes with it. */
static size_t take_line(struct ldisc *ld, uint8_t *to, size_t size)
{
	size_t count = 0;

	while (ld->in_head != ld->line) {
		uint16_t entry = *in_at(ld, ld->in_head);

		if (count == size && !(entry & IN_EOF))
			break;
		ld->in_head++;
		if (!(entry & IN_EOF))
			to[count++] = (uint8_t)entry;
		if (entry & IN_END)
			break;
	}
	return count;
}

static size_t take_bytes(struct ldisc *ld, uint8_t *to, size_t size)
{
	size_t count = 0;

	while (count < size && ld->in_head != ld->in_tail)
		to[count++] = (uint8_t)*in_at(ld, ld->in_head++);
	return count;
}

/*
 * Whether a read of `size` bytes by MIN and TIME is over; else until when it waits. TIME runs from
 * the last byte when there is a MIN, and from the beginning of the read when there is none.
 */
static bool is_over(const struct ldisc *ld, size_t size, struct ldisc_when *when)
{
	uint32_t min = ld->tio.c_cc[VMIN], time = ld->tio.c_cc[VTIME];
	uint64_t from = when->start_ns;

	if (queued(ld) >= size || (queued(ld) && queued(ld) >= min))
		return true;
	if (min == 0 && time == 0)
		return true;
	if (time == 0 || (min > 0 && queued(ld) == 0))
		return false;
	if (min > 0 && ld->input_ns > from)
		from = ld->input_ns;
	when->wake_ns = from + time * DECISECOND_NS;
	return when->now_ns >= when->wake_ns;
}

int64_t ldisc_read(struct ldisc *ld, void *buffer, size_t size, struct ldisc_when *when, bool nonblock)
{
	size_t count;

	when->wake_ns = UINT64_MAX;
	if (!size)
		return 0;
	if (ldisc_has(ld, ICANON)) {
		if (ld->in_head == ld->line)
			return LDISC_WAIT;
		count = take_line(ld, buffer, size);
	} else {
		if (!is_over(ld, size, when) && !(nonblock && queued(ld)))
			return LDISC_WAIT;
		count = take_bytes(ld, buffer, size);
	}
	ldisc_unthrottle(ld);
	return (int64_t)count;
}

bool ldisc_readable(const struct ldisc *ld)
{
	uint32_t min = ld->tio.c_cc[VTIME] ? 1 : ld->tio.c_cc[VMIN];

	if (ldisc_has(ld, ICANON))
		return ld->in_head != ld->line;
	return queued(ld) >= (min ? min : 1);
}

size_t ldisc_available(const struct ldisc *ld)
{
	uint32_t end = ldisc_has(ld, ICANON) ? ld->line : ld->in_tail;
	size_t count = 0;

	for (uint32_t at = ld->in_head; at != end; at++)
		count += !(ld->in[at % LDISC_QUEUE] & IN_EOF);
	return count;
}
