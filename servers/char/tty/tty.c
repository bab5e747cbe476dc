/* SPDX-License-Identifier: 0BSD */
/* tty.c: reading, writing, opening and closing of terminals. */
#include "tty.h"
#include "job.h"
#include "pty.h"

#include <parley/clock.h>

static struct tty *all;
static struct srv_timer timer; /* for reads that wait for a time */

void tty_init(struct tty *t, uint64_t rdevice, uint32_t mode)
{
	struct tty *next = t->next;
	bool known = t->node.rdevice != 0;

	*t = (struct tty){.next = known ? next : all, .wake_ns = UINT64_MAX};
	if (!known)
		all = t;
	srv_node_init(&t->node, &tty_ops, rdevice, S_IFCHR | mode);
	t->node.rdevice = rdevice;
	ldisc_init(&t->ld);
}

/* A write that was cut off begins where r->done says. */
static void undo_write(struct tty *t)
{
	uint64_t done, id = srv_died_serving(&tty_server, &done);

	if (id && t->undo.id == id && t->undo.done == done)
		ldisc_unwrite(&t->ld, &t->undo.mark);
}

bool tty_recall(struct tty *t, uint64_t rdevice)
{
	if (t->node.rdevice != rdevice || t->out.count + 1 > sizeof(t->out.bytes) + 1)
		return false;
	if (!ldisc_is_sound(&t->ld))
		ldisc_flush(&t->ld, TCIOFLUSH);
	undo_write(t);
	t->node = (struct srv_node){.mode = t->node.mode, .uid = t->node.uid, .gid = t->node.gid};
	srv_node_init(&t->node, &tty_ops, rdevice, t->node.mode);
	t->node.rdevice = rdevice;
	t->line = NULL;
	t->opens = 0;
	t->wake_ns = UINT64_MAX;
	t->next = all;
	all = t;
	return true;
}

void tty_mark(struct tty *t, const struct srv_request *r, bool told)
{
	t->undo.id = 0;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	t->undo.done = told ? r->done : UINT64_MAX;
	t->undo.mark = ldisc_mark(&t->ld);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	t->undo.id = r->id;
}

bool tty_comes_again(const struct tty *t, const struct srv_request *r)
{
	return r->before && t->undo.id == r->before && t->undo.done == UINT64_MAX;
}

struct tty *tty_by_number(uint32_t number)
{
	for (struct tty *t = all; t; t = t->next)
		if (t->node.rdevice == number)
			return t;
	return NULL;
}

void tty_attach(struct tty *t, struct line *line)
{
	line->tty = t;
	line->other = t->line;
	t->line = line;
}

/* ---- waking ---- */

void tty_kick(struct srv_node *node, uint32_t bit)
{
	if (list_empty(&node->waiting))
		return;
	srv_ready(&tty_server, node, bit, 0);
	srv_ready(&tty_server, node, 0, bit);
}

int64_t tty_wait_always(struct srv_request *r, uint32_t bit)
{
	uint32_t flags = r->open ? r->open->flags : 0;
	int64_t status;

	if (r->open)
		r->open->flags &= ~(uint32_t)O_NONBLOCK;
	status = srv_wait(r, bit);
	if (r->open)
		r->open->flags = flags;
	return status;
}

static void set_timer(void)
{
	uint64_t wake_ns = UINT64_MAX;

	for (struct tty *t = all; t; t = t->next)
		wake_ns = t->wake_ns < wake_ns ? t->wake_ns : wake_ns;
	srv_timer_set(&timer, wake_ns == UINT64_MAX ? 0 : wake_ns, 0);
}

static void handle_timer(struct srv_event *event, uint64_t bits)
{
	uint64_t now_ns = os_now_ns();

	for (struct tty *t = all; t; t = t->next) {
		if (t->wake_ns > now_ns)
			continue;
		t->wake_ns = UINT64_MAX;
		tty_kick(&t->node, TTY_WAIT_READ);
	}
	set_timer();
}

int tty_begin(void)
{
	timer.event.handle = handle_timer;
	return srv_timer_init(&tty_server, &timer, TTY_DEVICE_PRIORITY);
}

/* ---- sending and what follows from changes ---- */

bool tty_is_drained(const struct tty *t)
{
	if (t->hung)
		return true;
	if (ldisc_pending(&t->ld))
		return false;
	for (struct line *line = t->line; line; line = line->other)
		if (!line->ops->idle(line))
			return false;
	return true;
}

/* Gives what was taken to the lines that have not got it. */
static void pass_on(struct tty *t)
{
	const uint32_t *before = t->out.before;

	for (struct line *line = t->line; line; line = line->other)
		if (*line->taken == *before++)
			line->ops->send(line, t->out.bytes, t->out.count);
	t->out.count = 0;
}

/* Takes bytes that have room in all lines: whether there were any. */
static bool take_output(struct tty *t)
{
	unsigned room = sizeof(t->out.bytes);
	uint32_t *before = t->out.before;

	for (struct line *line = t->line; line; line = line->other) {
		room = line->ops->room(line) < room ? line->ops->room(line) : room;
		*before++ = *line->taken;
	}
	t->out.mark = ldisc_mark(&t->ld);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	t->out.count = TTY_TAKING;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	t->out.count = (uint32_t)ldisc_output(&t->ld, t->out.bytes, room);
	return t->out.count != 0;
}

/* Moves output to the lines, as much as all of them take. */
static void send(struct tty *t)
{
	while (t->line && ldisc_sending(&t->ld) && take_output(t))
		pass_on(t);
}

static void send_again(struct tty *t)
{
	if (t->out.count == TTY_TAKING)
		ldisc_unsend(&t->ld, &t->out.mark);
	else if (t->out.count)
		pass_on(t);
	t->out.count = 0;
}

static void deliver(struct tty *t, unsigned events)
{
	if (events & LDISC_INTR)
		job_signal(t, TTY_SIGINT);
	if (events & LDISC_QUIT)
		job_signal(t, TTY_SIGQUIT);
	if (events & LDISC_SUSP)
		job_signal(t, TTY_SIGTSTP);
}

void tty_update(struct tty *t)
{
	uint32_t bits = 0;
	unsigned events;

	/* what is sent to a screen can be a question, whose answer is input */
	do {
		send(t);
		events = ldisc_events(&t->ld);
		deliver(t, events);
	} while (events & ~(unsigned)LDISC_SEND);
	if (t->hung)
		bits = POLLIN | POLLOUT | POLLHUP;
	else
		bits = (ldisc_readable(&t->ld) ? POLLIN : 0) | (ldisc_write_room(&t->ld) ? POLLOUT : 0);
	srv_ready(&tty_server, &t->node, bits, (POLLIN | POLLOUT | POLLHUP) & ~bits);
	tty_kick(&t->node, TTY_WAIT_READ);
	if (bits & POLLOUT)
		tty_kick(&t->node, TTY_WAIT_WRITE);
	if (tty_is_drained(t))
		tty_kick(&t->node, TTY_WAIT_DRAIN);
	if (t->master)
		pty_update(t);
}

void tty_go_on(void)
{
	for (struct tty *t = all; t; t = t->next) {
		send_again(t);
		tty_update(t);
	}
}

void tty_input(struct tty *t, const void *bytes, unsigned count)
{
	ldisc_input(&t->ld, bytes, count, os_now_ns());
	tty_update(t);
}

void tty_hang_up(struct tty *t)
{
	job_hang_up(t);
	t->hung = true;
	t->session = 0;
	t->foreground = 0;
	ldisc_flush(&t->ld, TCIOFLUSH);
	tty_update(t);
}

/* ---- operations ---- */

static int64_t tty_read(struct srv_request *r, uint64_t offset, uint64_t length)
{
	struct tty *t = tty_of(r->node);
	struct ldisc_when when = {.now_ns = os_now_ns()};
	void *bytes = srv_scratch(r);
	int64_t status;

	if (t->hung)
		return 0;
	status = job_check(t, r, TTY_SIGTTIN);
	if (status < 0)
		return status;
	if (tty_comes_again(t, r))
		ldisc_unread(&t->ld, &t->undo.mark);
	when.start_ns = t->read_since_ns ? t->read_since_ns : when.now_ns;
	tty_mark(t, r, false);
	status = ldisc_read(&t->ld, bytes, length < TTY_CHUNK ? length : TTY_CHUNK, &when,
			    r->open && r->open->flags & O_NONBLOCK);
	if (status == LDISC_WAIT) {
		t->read_since_ns = when.start_ns;
		if (when.wake_ns < t->wake_ns) {
			t->wake_ns = when.wake_ns;
			set_timer();
		}
		return srv_wait(r, TTY_WAIT_READ);
	}
	t->read_since_ns = 0;
	status = srv_put(r, bytes, (uint64_t)status);
	tty_update(t);
	return status;
}

/* Takes as much of a write as has room, r->done being taken before. Answers 0, or the error of
 * getting it. */
static int take(struct tty *t, struct srv_request *r, uint64_t length)
{
	uint8_t *bytes = srv_scratch(r);

	while (r->done < length) {
		uint64_t left = length - r->done, count = left < LDISC_WRITE ? left : LDISC_WRITE;
		int status;

		if (!ldisc_write_room(&t->ld))
			return 0;
		status = srv_get(r, r->done, bytes, count);
		if (status < 0)
			return status;
		tty_mark(t, r, true);
		srv_progress(r, ldisc_write(&t->ld, bytes, count));
		send(t);
	}
	return 0;
}

static int64_t tty_write(struct srv_request *r, uint64_t offset, uint64_t length)
{
	struct tty *t = tty_of(r->node);
	int status;

	if (t->hung)
		return r->done ? (int64_t)r->done : -EIO;
	if (t->ld.tio.c_lflag & TOSTOP) {
		status = job_check(t, r, TTY_SIGTTOU);
		if (status < 0)
			return status == -EINTR && r->done ? (int64_t)r->done : status;
	}
	status = take(t, r, length);
	tty_update(t);
	if (status < 0)
		return status;
	if (r->done == length || (r->done && r->open && r->open->flags & O_NONBLOCK))
		return (int64_t)r->done;
	return srv_wait(r, TTY_WAIT_WRITE);
}

static int64_t control(struct srv_request *r, uint64_t request, uint64_t value)
{
	return tty_control(tty_of(r->node), r, request, value, false);
}

int tty_open(struct tty *t, struct srv_request *r)
{
	const struct proto_cred *cred = srv_cred(r);

	if (t->hung)
		return -EIO;
	if (t->exclusive && !(cred && cred->euid == 0))
		return -EBUSY;
	t->opens++;
	tty_update(t);
	return 0;
}

static int64_t open(struct srv_request *r, struct srv_open *o)
{
	return pty_is_locked(tty_of(o->node)) ? -EIO : tty_open(tty_of(o->node), r);
}

static bool reopen(struct srv_open *o)
{
	tty_of(o->node)->opens++;
	return true;
}

static int close(struct srv_open *o)
{
	struct tty *t = tty_of(o->node);

	if (--t->opens == 0)
		t->exclusive = false;
	tty_update(t);
	return 0;
}

const struct srv_ops tty_ops = {
    .stream = true,
    .repeats = true,
    .reopen = reopen,
    .read = tty_read,
    .write = tty_write,
    .control = control,
    .open = open,
    .close = close,
};
