/* SPDX-License-Identifier: 0BSD */
/* ldisc.c: the beginning, changing of attributes, flushing and flow control. */
#include "ldisc/internal.h"

static const struct proto_termios usual = {
    .c_iflag = ICRNL | IXON | IUTF8,
    .c_oflag = OPOST | ONLCR,
    .c_ispeed = B38400,
    .c_ospeed = B38400,
    .c_cflag = B38400 | CS8 | CREAD | HUPCL,
    .c_lflag = ISIG | ICANON | IEXTEN | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE,
    .c_cc =
	{
	    [VINTR] = 3,
	    [VQUIT] = 28,
	    [VERASE] = 127,
	    [VKILL] = 21,
	    [VEOF] = 4,
	    [VMIN] = 1,
	    [VSTART] = 17,
	    [VSTOP] = 19,
	    [VSUSP] = 26,
	    [VREPRINT] = 18,
	    [VWERASE] = 23,
	    [VLNEXT] = 22,
	},
};

void ldisc_init(struct ldisc *ld) { *ld = (struct ldisc){.tio = usual}; }

unsigned int ldisc_events(struct ldisc *ld)
{
	unsigned int events = ld->events | (ldisc_sending(ld) ? LDISC_SEND : 0);

	ld->events = 0;
	return events;
}

/* What was typed without lines can be read as one. */
static void begin_canonical(struct ldisc *ld)
{
	if (ld->in_tail != ld->in_head)
		*in_at(ld, ld->in_tail - 1) |= IN_END;
	ld->line = ld->in_tail;
	ld->line_column = ld->column;
}

/* Lines become bytes: marks of end of file have none. */
static void end_canonical(struct ldisc *ld)
{
	uint32_t to = ld->in_head;

	for (uint32_t from = ld->in_head; from != ld->in_tail; from++) {
		uint16_t entry = *in_at(ld, from);

		if (!(entry & IN_EOF))
			*in_at(ld, to++) = entry & 0xff;
	}
	ld->in_tail = to;
	ld->literal = false;
	ld->rubbing = false;
}

void ldisc_set_termios(struct ldisc *ld, const struct proto_termios *tio)
{
	bool before = ldisc_has(ld, ICANON);

	ld->tio = *tio;
	if (ldisc_has(ld, ICANON) && !before)
		begin_canonical(ld);
	else if (!ldisc_has(ld, ICANON) && before)
		end_canonical(ld);
	if (!(tio->c_iflag & IXON) && ld->stopped)
		ldisc_start(ld);
	if (!(tio->c_iflag & IXOFF))
		ldisc_unthrottle(ld);
	ld->events |= LDISC_READ;
}

bool ldisc_flush(struct ldisc *ld, int queue)
{
	if (queue != TCIFLUSH && queue != TCOFLUSH && queue != TCIOFLUSH)
		return false;
	if (queue != TCOFLUSH)
		ldisc_drop_input(ld);
	if (queue != TCIFLUSH)
		ldisc_drop_output(ld);
	return true;
}

bool ldisc_flow(struct ldisc *ld, int action)
{
	switch (action) {
	case TCOOFF:
		ldisc_stop(ld);
		return true;
	case TCOON:
		ldisc_start(ld);
		return true;
	case TCIOFF:
		ldisc_send_urgent(ld, VSTOP);
		return true;
	case TCION:
		ldisc_send_urgent(ld, VSTART);
		return true;
	}
	return false;
}
