/* SPDX-License-Identifier: 0BSD */
/* control.c: requests to a terminal: <termios.h> and what beside it is asked of terminals by ioctl.
 *
 * What changes a terminal is for the foreground only: others get SIGTTOU (POSIX tcsetattr and
 * others). TCSETSW, TCSETSF and TCSBRK wait until all output has left, also on files with
 * O_NONBLOCK. */
#include "job.h"
#include "tty.h"

/* Data of the request; -EINVAL: too little. */
static int get(struct srv_request *r, void *to, uint64_t bytes)
{
	return r->data_bytes < bytes ? -EINVAL : srv_get(r, 0, to, bytes);
}

static int64_t put(struct srv_request *r, const void *from, unsigned bytes)
{
	uint8_t *copy = srv_scratch(r);
	int64_t count;

	for (unsigned i = 0; i < bytes; i++)
		copy[i] = ((const uint8_t *)from)[i];
	count = srv_put(r, copy, bytes);
	return count < 0 ? count : count < (int64_t)bytes ? -EINVAL : 0;
}

static int64_t put_int(struct srv_request *r, uint64_t value)
{
	int32_t number = (int32_t)value;

	return put(r, &number, sizeof(number));
}

static int64_t set_attributes(struct tty *t, struct srv_request *r, uint64_t request)
{
	struct proto_termios tio;
	int status = get(r, &tio, sizeof(tio));

	if (status < 0)
		return status;
	if (request != TCSETS && !tty_is_drained(t))
		return tty_wait_always(r, TTY_WAIT_DRAIN);
	if (request == TCSETSF)
		ldisc_flush(&t->ld, TCIFLUSH);
	for (struct line *line = t->line; line; line = line->other)
		if (line->ops->settings)
			line->ops->settings(line, &tio);
	ldisc_set_termios(&t->ld, &tio);
	tty_update(t);
	return 0;
}

static int64_t set_size(struct tty *t, struct srv_request *r)
{
	struct proto_winsize size;
	int status = get(r, &size, sizeof(size));

	if (status < 0)
		return status;
	if (size.ws_row == t->size.ws_row && size.ws_col == t->size.ws_col && size.ws_xpixel == t->size.ws_xpixel &&
	    size.ws_ypixel == t->size.ws_ypixel)
		return 0;
	t->size = size;
	job_signal(t, TTY_SIGWINCH);
	return 0;
}

/* `value` 0: a break; else only wait until everything has left. */
static int64_t drain(struct tty *t, struct srv_request *r, uint64_t value)
{
	if (!tty_is_drained(t))
		return tty_wait_always(r, TTY_WAIT_DRAIN);
	for (struct line *line = t->line; line && !value; line = line->other)
		if (line->ops->send_break)
			line->ops->send_break(line);
	return 0;
}

static int64_t change_flow(struct tty *t, uint64_t value, bool (*change)(struct ldisc *, int))
{
	if (value > 3 || !change(&t->ld, (int)value))
		return -EINVAL;
	tty_update(t);
	return 0;
}

static int64_t set_group(struct tty *t, struct srv_request *r)
{
	int32_t group;
	int status = get(r, &group, sizeof(group));

	return status < 0 ? status : job_set_foreground(t, r, (uint32_t)group);
}

/* TIOCSTI: for root, and for whose controlling terminal this is if they may read it. */
static int64_t type_byte(struct tty *t, struct srv_request *r)
{
	const struct proto_cred *cred = srv_cred(r);
	uint8_t byte;
	int status;

	if (!(cred && cred->euid == 0) && !(job_controls(t, r) && r->open && (r->open->flags & O_ACCMODE) != O_WRONLY))
		return -EPERM;
	status = get(r, &byte, 1);
	if (status < 0)
		return status;
	tty_input(t, &byte, 1);
	return 0;
}

static int64_t modem(struct tty *t, struct srv_request *r, uint64_t request)
{
	struct line *line = t->line;
	uint32_t bits = 0;
	int status;

	while (line && !line->ops->modem)
		line = line->other;
	if (!line)
		return -ENOTTY;
	if (request == TIOCMGET)
		return put_int(r, (uint64_t)line->ops->modem(line, 0, 0));
	status = get(r, &bits, sizeof(bits));
	if (status < 0)
		return status;
	line->ops->modem(line, request == TIOCMBIC ? 0 : bits,
			 request == TIOCMSET   ? ~bits
			 : request == TIOCMBIC ? bits
					       : 0);
	return 0;
}

/* Requests that tell something. -ENOTTY: it is none of them. */
static int64_t ask(struct tty *t, struct srv_request *r, uint64_t request, bool from_master)
{
	bool mine = from_master || job_controls(t, r);

	switch (request) {
	case TCGETS:
		return put(r, &t->ld.tio, sizeof(t->ld.tio));
	case TIOCGWINSZ:
		return put(r, &t->size, sizeof(t->size));
	case TIOCGPGRP: /* without a foreground group: a number that none has (POSIX tcgetpgrp) */
		return mine ? put_int(r, t->foreground ? t->foreground : 0x7fffffff) : -ENOTTY;
	case TIOCGSID:
		return mine && t->session ? put_int(r, t->session) : -ENOTTY;
	case FIONREAD:
		return put_int(r, from_master ? ldisc_pending(&t->ld) : ldisc_available(&t->ld));
	case TIOCOUTQ:
		return put_int(r, from_master ? 0 : ldisc_pending(&t->ld));
	case TIOCMGET:
		return modem(t, r, request);
	}
	return -ENOTTY;
}

/* Requests that only the foreground may make. */
static int64_t change(struct tty *t, struct srv_request *r, uint64_t request, uint64_t value)
{
	switch (request) {
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
		return set_attributes(t, r, request);
	case TIOCSWINSZ:
		return set_size(t, r);
	case TCSBRK:
		return drain(t, r, value);
	case TCXONC:
		return change_flow(t, value, ldisc_flow);
	case TCFLSH:
		return change_flow(t, value, ldisc_flush);
	case TIOCMBIS:
	case TIOCMBIC:
	case TIOCMSET:
		return modem(t, r, request);
	case TIOCEXCL:
	case TIOCNXCL:
		t->exclusive = request == TIOCEXCL;
		return 0;
	}
	return -ENOTTY;
}

int64_t tty_control(struct tty *t, struct srv_request *r, uint64_t request, uint64_t value, bool from_master)
{
	int64_t status = ask(t, r, request, from_master);

	if (status != -ENOTTY)
		return status;
	if (t->hung)
		return -EIO;
	switch (request) {
	case TIOCSPGRP:
		return from_master ? -ENOTTY : set_group(t, r);
	case TIOCSCTTY:
		return from_master ? -ENOTTY : job_take(t, r, value == 1);
	case TIOCNOTTY:
		return job_leave(t, r);
	case TIOCSTI:
		return type_byte(t, r);
	}
	status = from_master ? 0 : job_check(t, r, TTY_SIGTTOU);
	return status < 0 ? status : change(t, r, request, value);
}
