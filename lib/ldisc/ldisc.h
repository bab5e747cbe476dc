/* SPDX-License-Identifier: 0BSD */
/* ldisc.h: the general terminal interface of POSIX (XBD chapter 11) as a pure state machine.
 *
 * Three kinds of calls: the line's (ldisc_input, ldisc_output), the program's (ldisc_read,
 * ldisc_write), and control. None of them waits: a read that must wait says so, and until when, and
 * is made again. What the caller has to do besides (send a signal, look whether a read can go on)
 * is gathered as bits and fetched by ldisc_events().
 *
 * All memory is in the struct. Input is a queue of 4096 bytes; in canonical mode the last place is
 * kept for the end of a line, so a line has at most 4095 bytes with its end; what does not fit is
 * dropped, with a bell if IMAXBEL. Output is staged in 4096 bytes, of which programs get 3072: the
 * echo always has room, and beyond that is dropped.
 *
 * Where POSIX leaves room, Linux's way is taken, with these differences: WERASE goes by blanks
 * (4.4BSD), so that it works on every script; an EOF mark right behind a full read is taken with
 * it. Delays (other than TAB3) and fill characters do not exist. Not locked: one caller at a time.
 */
#pragma once

#include "utf8/utf8.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <proto/tty.h>

#define LDISC_QUEUE    4096
#define LDISC_LINE_MAX (LDISC_QUEUE - 1)
#define LDISC_STAGE    4096
#define LDISC_WRITE    3072 /* what writes may fill of it */
#define LDISC_HIGH     3072 /* IXOFF: stop the sender above, let it go on below */
#define LDISC_LOW      1024

#define LDISC_DISABLED 0 /* a special character that no byte is: _POSIX_VDISABLE */

/* ldisc_events() */
enum {
	LDISC_INTR = 0x01, /* signal the foreground process group */
	LDISC_QUIT = 0x02,
	LDISC_SUSP = 0x04,
	LDISC_READ = 0x08, /* there may be something for a read */
	LDISC_ROOM = 0x10, /* room for writes has grown: output was flushed or started again */
	LDISC_SEND = 0x20, /* there is something for ldisc_output() */
};

/* What goes wrong on a line. */
enum ldisc_error { LDISC_BREAK, LDISC_FRAMING, LDISC_PARITY };

struct ldisc {
	/* for whoever looks: change it by ldisc_set_termios() */
	struct proto_termios tio;

	/* private: counters run freely, the place is the counter modulo the size */
	uint16_t in[LDISC_QUEUE];  /* bytes with the flags of input.c */
	uint32_t in_head, in_tail; /* queued is [head, tail) */
	uint32_t line;		   /* [head, line) is complete lines, canonical mode only */
	uint8_t out[LDISC_STAGE];
	uint32_t out_head, out_tail;
	uint64_t input_ns;    /* when the last byte came */
	uint32_t column;      /* of the line's cursor, as far as output modes know it */
	uint32_t line_column; /* where the echo of the current line began */
	struct utf8 out_utf8;
	uint8_t urgent; /* a START or STOP to be sent before all else; 0: none */
	uint8_t events;
	bool stopped;	     /* output, by STOP or tcflow */
	bool sender_stopped; /* by IXOFF */
	bool literal;	     /* LNEXT was typed */
	bool rubbing;	     /* ECHOPRT: within \ ... / */
};

/* Makes it a terminal with the usual attributes: 38400 8N1, canonical, echo, UTF-8. */
void ldisc_init(struct ldisc *ld);

/* --- a line discipline in memory that outlives its server --- */

/* Whether its counters can be used: not if it is no line discipline, or one that was half changed. */
bool ldisc_is_sound(const struct ldisc *ld);

/* Where its queues stand before a read, a write or an ldisc_output, to take it back. */
struct ldisc_mark {
	uint32_t in_head, out_head, out_tail, column;
	struct utf8 out_utf8;
};
struct ldisc_mark ldisc_mark(const struct ldisc *ld);
/* What was read since then is to be read again, if it has not been overwritten meanwhile. */
void ldisc_unread(struct ldisc *ld, const struct ldisc_mark *mark);
/* What ldisc_output has given since then is given again, if it is still there. */
void ldisc_unsend(struct ldisc *ld, const struct ldisc_mark *mark);
/* What was written since then has not been, if none of it has been sent. */
void ldisc_unwrite(struct ldisc *ld, const struct ldisc_mark *mark);

/* --- the line --- */

/* Takes bytes that came at time `now_ns`. What has no room is dropped: see ldisc_room(). */
void ldisc_input(struct ldisc *ld, const void *bytes, size_t length, uint64_t now_ns);
/* Takes a break, or `byte` which came with an error. */
void ldisc_input_error(struct ldisc *ld, enum ldisc_error error, uint8_t byte, uint64_t now_ns);
/*
 * Bytes that can surely be taken without loss, for senders that can wait. In canonical mode without
 * a complete line it is at least 1, else an overlong line could never end.
 */
size_t ldisc_room(const struct ldisc *ld);
/* Moves up to `size` bytes for the line into `buffer` and returns how many. */
size_t ldisc_output(struct ldisc *ld, void *buffer, size_t size);
/* Whether ldisc_output() has something. */
bool ldisc_sending(const struct ldisc *ld);

/* --- programs --- */

/* When a read began and what time it is; filled in: when to ask again at the latest. */
struct ldisc_when {
	uint64_t start_ns, now_ns;
	uint64_t wake_ns; /* UINT64_MAX: not before more input comes */
};

#define LDISC_WAIT (-1)

/*
 * Moves up to `size` bytes of input into `buffer`. Returns how many, 0 being an end of file, a time
 * that ran out, or MIN and TIME both 0; or LDISC_WAIT, with `when` saying how long. `nonblock`: the
 * caller will not wait, so what is there is given even if it is less than MIN.
 */
int64_t ldisc_read(struct ldisc *ld, void *buffer, size_t size, struct ldisc_when *when, bool nonblock);
/* Whether a read would not wait (poll), and the bytes that it could get (FIONREAD). */
bool ldisc_readable(const struct ldisc *ld);
size_t ldisc_available(const struct ldisc *ld);
/* Takes output of a program by the output modes. Returns how many bytes had room. */
size_t ldisc_write(struct ldisc *ld, const void *bytes, size_t length);
/* Bytes that ldisc_write() surely takes now. */
size_t ldisc_write_room(const struct ldisc *ld);
/* Bytes that have not been sent (TIOCOUTQ); 0 is what tcdrain waits for. */
size_t ldisc_pending(const struct ldisc *ld);

/* --- control --- */

/* Returns the LDISC_ bits since the last call. */
unsigned int ldisc_events(struct ldisc *ld);
/* tcsetattr: TCSANOW. For the others wait for ldisc_pending() and flush before. */
void ldisc_set_termios(struct ldisc *ld, const struct proto_termios *tio);
/* tcflush and tcflow with their POSIX arguments. False: no such action. */
bool ldisc_flush(struct ldisc *ld, int queue);
bool ldisc_flow(struct ldisc *ld, int action);
