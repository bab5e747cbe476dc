/* SPDX-License-Identifier: 0BSD */
/* load_log.c: records are numbered; each that was taken is there, once and in order, and those whose write failed
 * once or not at all. */
#include "restart.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int held;
static unsigned written, failed[64], failures;
static off_t read_from; /* where the log ended when this worker began */
static unsigned next;	/* number of the record that must come */

static void begin(unsigned worker)
{
	held = open("/dev/log", O_RDWR);
	read_from = lseek(held, 0, SEEK_END);
}

static bool has_failed(unsigned number)
{
	for (unsigned i = 0; i < failures && i < 64; i++)
		if (failed[i] == number)
			return true;
	return false;
}

static void look_at(const char *line)
{
	char mark[32];
	const char *at;
	unsigned number;

	snprintf(mark, sizeof(mark), "restart-%d-", (int)getpid());
	at = strstr(line, mark);
	if (!at)
		return;
	number = (unsigned)atoi(at + strlen(mark));
	while (next < number && has_failed(next))
		next++;
	if (number != next)
		wrong("log record", number);
	next = number + 1;
}

static void read_back(void)
{
	static char text[8192 + 1];
	ssize_t got;
	char *line, *end;

	starts();
	got = saw("read log", pread(held, text, sizeof(text) - 1, read_from));
	if (got <= 0)
		return;
	text[got] = 0;
	for (line = text; (end = strchr(line, '\n')); line = end + 1) {
		*end = 0;
		look_at(line);
	}
	read_from += line - text;
}

static void go_round(unsigned worker, unsigned n)
{
	char text[64];
	int bytes = snprintf(text, sizeof(text), "restart-%d-%u", (int)getpid(), written);

	starts();
	if (saw("write log", write(held, text, (size_t)bytes)) < 0) {
		if (failures < 64)
			failed[failures] = written;
		failures++;
	}
	written++;
	usleep(2000);
	if (n % 8 == 0)
		read_back();
}

static const struct allowed allowed[] = {{"write log", EIO}, {NULL, 0}};
const struct load load_log = {"log", begin, go_round, allowed, NULL};
