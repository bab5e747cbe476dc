/* SPDX-License-Identifier: 0BSD */
/* line.h: the device at the other end of a terminal.
 *
 * A terminal has none (pseudo terminals: the master takes what it sends), one, or two that show the
 * same. A line calls tty_input() with what comes and tty_update() when it has room again.
 */
#pragma once

#include <proto/tty.h>

#include <stdbool.h>
#include <stdint.h>

struct tty;
struct line;

struct line_ops {
	/* Bytes that it takes now. */
	unsigned (*room)(struct line *line);
	/* Takes them: at most room(). They are taken from the store on that adds COUNT to *taken, and not before. */
	void (*send)(struct line *line, const uint8_t *bytes, unsigned count);
	/* All that it took has left. */
	bool (*idle)(struct line *line);
	/* The rest may be NULL. Makes the device follow c_cflag; takes back in it what it cannot
	 * do. */
	void (*settings)(struct line *line, struct proto_termios *tio);
	/* Sends a break of a quarter of a second or more. */
	void (*send_break)(struct line *line);
	/* Sets and clears TIOCM_ lines; answers what they are. */
	int (*modem)(struct line *line, unsigned set, unsigned clear);
};

struct line {
	const struct line_ops *ops;
	struct tty *tty;
	struct line *other; /* of the same terminal */
	uint32_t *taken;    /* how many bytes it has ever taken; outlives the server */
};

#define LINES_MAX 2 /* of a terminal */
