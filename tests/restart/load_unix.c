/* SPDX-License-Identifier: 0BSD */
/* load_unix.c: pipes and sockets end with their server: EIO on both ends, and no byte before that is wrong. New ones
 * work as soon as it is there. */
#include "restart.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHUNKS 40
#define BYTES  1000

static void begin(unsigned worker) { signal(SIGPIPE, SIG_IGN); }

static void fill(char *bytes, unsigned chunk)
{
	for (unsigned i = 0; i < BYTES; i++)
		bytes[i] = (char)(chunk * 7 + i);
}

static void write_all(int fd)
{
	char bytes[BYTES];

	for (unsigned chunk = 0; chunk < CHUNKS; chunk++) {
		fill(bytes, chunk);
		if (saw("write", write(fd, bytes, BYTES)) < 0)
			break;
	}
}

/* To the end, which may come too early; but what comes is what was written. */
static void read_all(int fd)
{
	char bytes[BYTES], want[BYTES];
	unsigned long at = 0;
	ssize_t got = 0;

	while (at < CHUNKS * BYTES && (got = saw("read", read(fd, bytes, sizeof(bytes)))) > 0)
		for (ssize_t i = 0; i < got; i++, at++) {
			if (at % BYTES == 0)
				fill(want, (unsigned)(at / BYTES));
			if (bytes[i] != want[at % BYTES])
				wrong("byte of a pipe", (long)at);
		}
	if (got == 0 && at < CHUNKS * BYTES)
		wrong("end of a pipe that was not written to its end", (long)at);
}

static void through(int from, int to)
{
	pid_t child = fork();

	if (child == 0) {
		close(from);
		write_all(to);
		/* An end without an error would say that this is all. */
		pause();
	}
	close(to);
	read_all(from);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(from);
}

static void go_round(unsigned worker, unsigned n)
{
	int ends[2], result;

	starts();
	result = n % 2 ? pipe(ends) : socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
	if (saw(n % 2 ? "pipe" : "socketpair", result) == 0)
		through(ends[0], ends[1]);
}

static const struct allowed allowed[] = {{"read", EIO}, {"write", EIO}, {"pipe", EIO}, {"socketpair", EIO}, {NULL, 0}};
const struct load load_unix = {"unix", begin, go_round, allowed, NULL};
