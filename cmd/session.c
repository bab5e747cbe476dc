/* SPDX-License-Identifier: 0BSD */
/* session: begins a session on a terminal and runs a program there.
 *
 *   session TERMINAL PROGRAM [ARG ...]
 *
 * The terminal becomes standard input, output and error, and the controlling terminal. The supervisor starts shells with it.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int fd;

	if (argc < 3) {
		fprintf(stderr, "usage: session TERMINAL PROGRAM [ARG ...]\n");
		return 2;
	}
	setsid();
	fd = open(argv[1], O_RDWR | O_NOCTTY);
	if (fd < 0)
		err(1, "%s", argv[1]);
	for (int i = 0; i < 3; i++)
		if (fd != i && dup2(fd, i) < 0)
			err(1, "%s", argv[1]);
	if (fd > 2)
		close(fd);
	if (ioctl(0, TIOCSCTTY, 0) < 0)
		err(1, "%s: cannot be the controlling terminal", argv[1]);
	execv(argv[2], argv + 2);
	err(1, "%s", argv[2]);
}
