/* SPDX-License-Identifier: 0BSD */
/* input.c: a byte from the line.
 *
 * In this order: a quoted byte is taken as it is; input modes; flow control; signals; and, in
 * canonical mode, the characters that edit and end lines. What is left is stored and echoed. */
#include "ldisc/internal.h"

static uint32_t queued(const struct ldisc *ld) { return ld->in_tail - ld->in_head; }

static void complain(struct ldisc *ld)
{
	if (ld->tio.c_iflag & IMAXBEL)
		ldisc_stage(ld, "\a", 1);
}

/* Room for `count` ordinary bytes: the last place of a line is its end's. */
static bool has_room(struct ldisc *ld, uint32_t count)
{
	if (queued(ld) + count + ldisc_has(ld, ICANON) <= LDISC_QUEUE)
		return true;
	complain(ld);
	return false;
}

static void store(struct ldisc *ld, uint16_t entry)
{
	if (ld->in_tail == ld->line)
		ld->line_column = ld->column;
	*in_at(ld, ld->in_tail++) = entry;
}

/* What was stored is complete when there are no lines. */
static void stored(struct ldisc *ld)
{
	if (!ldisc_has(ld, ICANON)) {
		ld->line = ld->in_tail;
		ld->events |= LDISC_READ;
	}
}

/* An ordinary byte. PARMRK: 0377 is doubled, for it introduces errors. */
static void take(struct ldisc *ld, uint8_t byte)
{
	bool doubled = ld->tio.c_iflag & PARMRK && byte == 0xff;

	if (!has_room(ld, 1 + doubled))
		return;
	ldisc_end_rubbing(ld);
	store(ld, byte);
	if (doubled)
		store(ld, byte);
	if (byte == '\n' && !ldisc_has(ld, ICANON) && ldisc_has(ld, ECHO))
		ldisc_echo_newline(ld);
	else
		ldisc_echo(ld, byte);
	stored(ld);
}

/* The end of a line; `entry` is its last byte or the mark of an end of file. */
static void end_line(struct ldisc *ld, uint16_t entry)
{
	if (queued(ld) == LDISC_QUEUE) {
		complain(ld);
		return;
	}
	ldisc_end_rubbing(ld);
	if (entry == '\n' && ldisc_has(ld, ECHO | ECHONL))
		ldisc_echo_newline(ld);
	else if (!(entry & IN_EOF) && entry != '\n')
		ldisc_echo(ld, (uint8_t)entry);
	store(ld, entry | IN_END);
	ld->line = ld->in_tail;
	ld->events |= LDISC_READ;
}

static bool is_blank(uint16_t entry) { return entry == ' ' || entry == '\t'; }

/* Where the line ends when its last character is gone, or its last word. */
static uint32_t before_character(struct ldisc *ld)
{
	uint32_t at = ld->in_tail;

	do {
		at--;
	} while (ld->tio.c_iflag & IUTF8 && at != ld->line && utf8_continues((uint8_t)*in_at(ld, at)));
	return at;
}

static uint32_t before_word(struct ldisc *ld)
{
	uint32_t at = ld->in_tail;

	while (at != ld->line && is_blank(*in_at(ld, at - 1)))
		at--;
	while (at != ld->line && !is_blank(*in_at(ld, at - 1)))
		at--;
	return at;
}

/* ERASE, KILL and WERASE. Returns whether `byte` is one. */
static bool erase(struct ldisc *ld, uint8_t byte)
{
	bool word = ldisc_has(ld, IEXTEN) && ldisc_is(ld, byte, VWERASE);
	bool line = ldisc_is(ld, byte, VKILL);

	if (!word && !line && !ldisc_is(ld, byte, VERASE))
		return false;
	if (ld->in_tail != ld->line)
		ldisc_rub_out(ld, line ? ld->line : word ? before_word(ld) : before_character(ld), byte);
	return true;
}

/* The characters of canonical mode. Returns whether `byte` is one. */
static bool edit(struct ldisc *ld, uint8_t byte)
{
	bool extended = ldisc_has(ld, IEXTEN);

	if (erase(ld, byte))
		return true;
	if (extended && ldisc_is(ld, byte, VLNEXT)) {
		ldisc_end_rubbing(ld);
		ld->literal = true;
		if (ldisc_has(ld, ECHO) && ldisc_has(ld, ECHOCTL))
			ldisc_stage(ld, "^\b", 2);
	} else if (extended && ldisc_has(ld, ECHO) && ldisc_is(ld, byte, VREPRINT)) {
		ldisc_reprint(ld);
	} else if (byte == '\n' || ldisc_is(ld, byte, VEOL) || (extended && ldisc_is(ld, byte, VEOL2))) {
		end_line(ld, byte);
	} else if (ldisc_is(ld, byte, VEOF)) {
		end_line(ld, IN_EOF);
	} else {
		return false;
	}
	return true;
}

void ldisc_drop_input(struct ldisc *ld)
{
	ld->in_head = ld->in_tail;
	ld->line = ld->in_tail;
	ld->literal = false;
	ld->rubbing = false;
	ldisc_unthrottle(ld);
}

/* INTR, QUIT and SUSP. Returns whether `byte` is one. */
static bool interrupt(struct ldisc *ld, uint8_t byte)
{
	uint8_t event = ldisc_is(ld, byte, VINTR)   ? LDISC_INTR
			: ldisc_is(ld, byte, VQUIT) ? LDISC_QUIT
			: ldisc_is(ld, byte, VSUSP) ? LDISC_SUSP
						    : 0;

	if (!event)
		return false;
	if (!ldisc_has(ld, NOFLSH))
		ldisc_flush(ld, TCIOFLUSH);
	if (ld->tio.c_iflag & IXON)
		ldisc_start(ld);
	ldisc_echo(ld, byte);
	ld->events |= event;
	return true;
}

/* START and STOP, which may be the same character. Returns whether `byte` is one. */
static bool control_flow(struct ldisc *ld, uint8_t byte)
{
	bool start = ldisc_is(ld, byte, VSTART), stop = ldisc_is(ld, byte, VSTOP);

	if (start && (!stop || ld->stopped))
		ldisc_start(ld);
	else if (stop)
		ldisc_stop(ld);
	else if (ld->tio.c_iflag & IXANY && ld->stopped)
		ldisc_start(ld);
	return start || stop;
}

static uint8_t strip(const struct ldisc *ld, uint8_t byte)
{
	if (ld->tio.c_iflag & ISTRIP)
		byte &= 0x7f;
	if (ld->tio.c_iflag & IUCLC && ldisc_has(ld, IEXTEN) && byte >= 'A' && byte <= 'Z')
		byte += 'a' - 'A';
	return byte;
}

static void take_literal(struct ldisc *ld, uint8_t byte)
{
	ld->literal = false;
	if (!has_room(ld, 2))
		return;
	store(ld, byte);
	if (ld->tio.c_iflag & PARMRK && byte == 0xff)
		store(ld, byte);
	ldisc_echo(ld, byte);
	stored(ld);
}

static void input_byte(struct ldisc *ld, uint8_t byte)
{
	byte = strip(ld, byte);
	if (ld->literal) {
		take_literal(ld, byte);
		return;
	}
	if (ld->tio.c_iflag & IXON && control_flow(ld, byte))
		return;
	if (ldisc_has(ld, ISIG) && interrupt(ld, byte))
		return;
	if (byte == '\r' && ld->tio.c_iflag & IGNCR)
		return;
	if (byte == '\r' && ld->tio.c_iflag & ICRNL)
		byte = '\n';
	else if (byte == '\n' && ld->tio.c_iflag & INLCR)
		byte = '\r';
	if (!ldisc_has(ld, ICANON) || !edit(ld, byte))
		take(ld, byte);
}

/* IXOFF: asks the sender to stop before the queue is full. */
static void throttle(struct ldisc *ld)
{
	if (!(ld->tio.c_iflag & IXOFF) || ld->sender_stopped || queued(ld) < LDISC_HIGH)
		return;
	ld->sender_stopped = true;
	ldisc_send_urgent(ld, VSTOP);
}

void ldisc_input(struct ldisc *ld, const void *bytes, size_t length, uint64_t now_ns)
{
	const uint8_t *byte = bytes;

	if (!length)
		return;
	ld->input_ns = now_ns;
	for (size_t i = 0; i < length; i++)
		input_byte(ld, byte[i]);
	throttle(ld);
}

/* PARMRK: an error is 0377, 0 and the byte. */
static void take_marked(struct ldisc *ld, uint8_t byte)
{
	if (!has_room(ld, 3))
		return;
	store(ld, 0xff);
	store(ld, 0);
	store(ld, byte);
	stored(ld);
}

static void input_break(struct ldisc *ld)
{
	if (ld->tio.c_iflag & IGNBRK)
		return;
	if (ld->tio.c_iflag & BRKINT) {
		if (!ldisc_has(ld, NOFLSH))
			ldisc_flush(ld, TCIOFLUSH);
		ld->events |= LDISC_INTR;
	} else if (ld->tio.c_iflag & PARMRK) {
		take_marked(ld, 0);
	} else {
		take(ld, 0);
	}
}

void ldisc_input_error(struct ldisc *ld, enum ldisc_error error, uint8_t byte, uint64_t now_ns)
{
	uint32_t flags = ld->tio.c_iflag;

	ld->input_ns = now_ns;
	if (error == LDISC_BREAK)
		input_break(ld);
	else if (error == LDISC_PARITY && !(flags & INPCK))
		ldisc_input(ld, &byte, 1, now_ns);
	else if (flags & IGNPAR)
		return;
	else if (flags & PARMRK)
		take_marked(ld, byte);
	else
		take(ld, 0);
}

size_t ldisc_room(const struct ldisc *ld)
{
	uint32_t used = queued(ld), kept = ldisc_has(ld, ICANON);

	if (used + kept < LDISC_QUEUE)
		return LDISC_QUEUE - used - kept;
	return kept && ld->line == ld->in_head;
}
