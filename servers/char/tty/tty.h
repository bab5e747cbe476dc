/* SPDX-License-Identifier: 0BSD */
/* tty.h: a terminal.
 *
 * After everything that changes a terminal, tty_update() sends what can be sent, delivers signals,
 * sets the poll bits to what is true now, and makes waiting requests look again. Nothing else sets
 * a bit or wakes anybody.
 *
 * Terminals lie in memory that outlives the server (docs/system/restart.md). What must not happen half or twice when it
 * dies in between has a record beside it: `undo` before bytes move between a program and the line discipline, `out`
 * while they are on their way to the lines.
 *
 * Requests wait for bits of their own beside poll's: whether a read can go on depends on its length
 * and on time, which no poll bit says. Such a bit is set and cleared at once; whoever waits then
 * runs again from the beginning.
 */
#pragma once

#include "ldisc/ldisc.h"
#include "line.h"
#include "srv/srv.h"

/* Of pulses: devices do not wait until no program has a request; drawing takes its turn with programs. */
#define TTY_DEVICE_PRIORITY 64
#define TTY_DRAW_PRIORITY   20

#define TTY_CHUNK	    4096 /* bytes that one read gives at most, and a write takes at a time: srv_scratch */

/* Bits to wait for. */
enum {
	TTY_WAIT_READ = 1 << 20,
	TTY_WAIT_WRITE = 1 << 21,
	TTY_WAIT_DRAIN = 1 << 22,
};

/* What message `id` was about to do, having done `done`. */
struct tty_undo {
	uint64_t id, done;
	struct ldisc_mark mark;
};

#define TTY_TAKING ~0u

/* Output on its way from the line discipline to the lines. */
struct tty_out {
	uint32_t count;		    /* TTY_TAKING: being taken, from `mark` on */
	uint32_t before[LINES_MAX]; /* each line's `taken`: a line where it is another has got it */
	struct ldisc_mark mark;
	uint8_t bytes[256];
};

struct tty {
	struct srv_node node; /* first; its rdevice is the terminal's number */
	struct ldisc ld;
	struct proto_winsize size;
	struct line *line;	      /* NULL: a pseudo terminal */
	struct srv_node *master;      /* its other end; NULL: none */
	uint32_t session, foreground; /* 0: none */
	uint32_t opens;
	bool exclusive, hung;
	uint64_t read_since_ns; /* when the read that waits began; 0: none waits */
	uint64_t wake_ns;	/* when it is to look again; UINT64_MAX: not by time */
	struct tty_undo undo;
	struct tty_out out;
	struct tty *next; /* of all */
};

extern struct srv tty_server;
extern const struct srv_ops tty_ops;

/* Of zeroed memory: a terminal of this device number and these permissions. It is known for ever.
 */
void tty_init(struct tty *t, uint64_t rdevice, uint32_t mode);
/* The same of memory that a server before this one had for it: false: it had not. Open files are counted anew. */
bool tty_recall(struct tty *t, uint64_t rdevice);
/* Before data moves for `r`: should we die in the middle, what has been done is known by r->done, if that tells it, or
 * else by whether the message comes again. */
void tty_mark(struct tty *t, const struct srv_request *r, bool told);
/* Whether `r` comes again, and data had moved for it. */
bool tty_comes_again(const struct tty *t, const struct srv_request *r);

/* The terminal of a number as PROC_TERMINAL knows it; NULL: none. */
struct tty *tty_by_number(uint32_t number);
/* Starts what all terminals share. 0 or -errno. */
int tty_begin(void);

/* One more device; the terminal has at most two. */
void tty_attach(struct tty *t, struct line *line);
/* The devices are there: what was on its way to them when a server before this one died goes on. */
void tty_go_on(void);
void tty_input(struct tty *t, const void *bytes, unsigned count);
void tty_update(struct tty *t);
/* Everything has been sent. */
bool tty_is_drained(const struct tty *t);
/* The other end is gone: SIGHUP, reads end, writes fail, until tty_init. */
void tty_hang_up(struct tty *t);
/* Counts an open file; -EIO, -EBUSY. */
int tty_open(struct tty *t, struct srv_request *r);

/* Parks like srv_wait, also requests of files with O_NONBLOCK. */
int64_t tty_wait_always(struct srv_request *r, uint32_t bit);
/* Makes requests of a node that wait for `bit` run again. */
void tty_kick(struct srv_node *node, uint32_t bit);

/* control.c. `from_master`: the caller holds the other end, and job control does not concern it. */
int64_t tty_control(struct tty *t, struct srv_request *r, uint64_t request, uint64_t value, bool from_master);

static inline struct tty *tty_of(struct srv_node *node) { return (struct tty *)node; }
