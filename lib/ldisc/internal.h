/* SPDX-License-Identifier: 0BSD */
/* internal.h: what the files of the line discipline ask of each other. */
#pragma once

#include "ldisc/ldisc.h"

/* Flags of a place in the input queue. */
enum {
	IN_END = 0x100, /* the last of a line */
	IN_EOF = 0x200, /* an end of file: no byte, only an end */
};

static inline uint16_t *in_at(struct ldisc *ld, uint32_t index) { return &ld->in[index % LDISC_QUEUE]; }

static inline bool ldisc_has(const struct ldisc *ld, uint32_t lflag) { return (ld->tio.c_lflag & lflag) != 0; }

/* Whether `byte` is the special character `index`, and that is not disabled. */
static inline bool ldisc_is(const struct ldisc *ld, uint8_t byte, unsigned int index)
{
	return byte == ld->tio.c_cc[index] && byte != LDISC_DISABLED;
}

static inline bool ldisc_is_control(uint8_t byte) { return byte < 0x20 || byte == 0x7f; }

/* output.c: by the output modes, or as it is, into what is free below `limit`. False: no room. */
bool ldisc_post(struct ldisc *ld, uint8_t byte, uint32_t limit);
void ldisc_stage(struct ldisc *ld, const char *bytes, size_t length);
void ldisc_drop_output(struct ldisc *ld);
void ldisc_start(struct ldisc *ld);
void ldisc_stop(struct ldisc *ld);
void ldisc_send_urgent(struct ldisc *ld, unsigned int index);

/* echo.c: `byte` as the line shows it, if it echoes; an end of line. */
void ldisc_echo(struct ldisc *ld, uint8_t byte);
void ldisc_echo_newline(struct ldisc *ld);
/* Ends a \ ... / of ECHOPRT. */
void ldisc_end_rubbing(struct ldisc *ld);
/* Takes the current line back to `keep`, and what the line shows of it, because of `byte`. */
void ldisc_rub_out(struct ldisc *ld, uint32_t keep, uint8_t byte);
void ldisc_reprint(struct ldisc *ld);

/* input.c */
void ldisc_drop_input(struct ldisc *ld);

/* read.c: the sender may go on (IXOFF). */
void ldisc_unthrottle(struct ldisc *ld);
