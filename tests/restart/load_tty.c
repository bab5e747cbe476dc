/* SPDX-License-Identifier: 0BSD */
/* load_tty.c: a pseudo terminal that stays open all the time: its settings, its size and what is on its way outlive the
 * server. Each line that a program writes comes out once; each that the master typed without an error goes in once. */
#include "restart.h"

#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static int master = -1, terminal = -1;

static void begin(unsigned worker)
{
	struct winsize size = {.ws_row = 33, .ws_col = 77};
	struct termios t;

	if (openpty(&master, &terminal, NULL, NULL, &size) < 0)
		_exit(3);
	tcgetattr(terminal, &t);
	cfmakeraw(&t);
	tcsetattr(terminal, TCSANOW, &t);
}

/* Exactly `bytes`, in as many pieces as they come. */
static bool read_all(const char *operation, int fd, char *to, size_t bytes)
{
	size_t have = 0;

	while (have < bytes) {
		ssize_t got;

		starts();
		got = saw(operation, read(fd, to + have, bytes - have));
		if (got <= 0)
			return false;
		have += (size_t)got;
	}
	return true;
}

static void write_out(unsigned n)
{
	char line[32], back[32];
	int bytes = snprintf(line, sizeof(line), "out %06u", n);

	starts();
	if (saw("write terminal", write(terminal, line, (size_t)bytes)) != bytes)
		return;
	if (read_all("read master", master, back, (size_t)bytes) && memcmp(line, back, (size_t)bytes))
		wrong("output", n);
}

static void type_in(unsigned n)
{
	char line[32], back[32];
	int bytes = snprintf(line, sizeof(line), "in %06u", n);

	starts();
	if (saw("write master", write(master, line, (size_t)bytes)) != bytes) {
		if (saw("flush", tcflush(terminal, TCIFLUSH)) < 0)
			_exit(4);
		return;
	}
	if (read_all("read terminal", terminal, back, (size_t)bytes) && memcmp(line, back, (size_t)bytes))
		wrong("input", n);
}

static void settings(unsigned n)
{
	struct termios t, after;
	struct winsize size;

	starts();
	if (saw("tcgetattr", tcgetattr(terminal, &t)) < 0)
		return;
	t.c_cc[VERASE] = (cc_t)(1 + n % 200);
	starts();
	if (saw("tcsetattr", tcsetattr(terminal, TCSANOW, &t)) < 0 || saw("tcgetattr", tcgetattr(terminal, &after)) < 0)
		return;
	if (memcmp(&t, &after, sizeof(t)))
		wrong("settings", n);
	if (saw("size", ioctl(terminal, TIOCGWINSZ, &size)) == 0 && (size.ws_row != 33 || size.ws_col != 77))
		wrong("size", size.ws_row);
}

static void go_round(unsigned worker, unsigned n)
{
	write_out(n);
	type_in(n);
	settings(n);
	usleep(1000); /* people want to use the console beside this */
}

static const struct allowed allowed[] = {{"write master", EIO}, {NULL, 0}};
const struct load load_tty = {"tty", begin, go_round, allowed, NULL};
