/* SPDX-License-Identifier: 0BSD */
/* pty.c: pseudo terminals.
 *
 * Opening /dev/ptmx makes a pair; the terminal appears as /dev/pts/N, owned by who opened it, and
 * locked until the controlling side says otherwise.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "posix/internal.h"

int posix_openpt(int flags)
{
	if (flags & ~(O_ACCMODE | O_NOCTTY | O_CLOEXEC | O_CLOFORK | O_NONBLOCK))
		return (int)posix_failed(-EINVAL);
	return open("/dev/ptmx", flags);
}

int getpt(void) { return posix_openpt(O_RDWR | O_NOCTTY); }

/* The terminal is its opener's from the beginning. Fails for what is no controlling side. */
int grantpt(int controller)
{
	int number;

	if (ioctl(controller, TIOCGPTN, &number) == 0)
		return 0;
	return errno == ENOTTY ? (int)posix_failed(-EINVAL) : -1;
}

int unlockpt(int controller)
{
	int lock = 0;

	if (ioctl(controller, TIOCSPTLCK, &lock) == 0)
		return 0;
	return errno == ENOTTY ? (int)posix_failed(-EINVAL) : -1;
}

/* Answers an error number. */
int ptsname_r(int controller, char *name, size_t size)
{
	int saved = errno, number, error = 0;

	if (ioctl(controller, TIOCGPTN, &number) < 0)
		error = errno;
	else if (snprintf(name, size, "/dev/pts/%d", number) >= (int)size)
		error = ERANGE;
	errno = saved;
	return error;
}

char *ptsname(int controller)
{
	static char name[TTY_NAME_MAX];
	int error = ptsname_r(controller, name, sizeof(name));

	if (error)
		posix_failed(-error);
	return error ? NULL : name;
}

/* Opens the other side of CONTROLLER, and sets it up. Its descriptor, or -1. */
static int open_terminal(int controller, char *name, const struct termios *settings, const struct winsize *size)
{
	char text[TTY_NAME_MAX];
	int error = ptsname_r(controller, text, sizeof(text)), fd;

	if (error)
		return (int)posix_failed(-error);
	if (grantpt(controller) || unlockpt(controller))
		return -1;
	fd = open(text, O_RDWR | O_NOCTTY);
	if (fd < 0)
		return -1;
	if (settings)
		tcsetattr(fd, TCSANOW, settings);
	if (size)
		tcsetwinsize(fd, size);
	if (name)
		strcpy(name, text);
	return fd;
}

int openpty(int *controller, int *terminal, char *name, const struct termios *settings, const struct winsize *size)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY), other;

	if (fd < 0)
		return -1;
	other = open_terminal(fd, name, settings, size);
	if (other < 0) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	*controller = fd;
	*terminal = other;
	return 0;
}

int login_tty(int fd)
{
	setsid();
	if (ioctl(fd, TIOCSCTTY, 0l) < 0)
		return -1;
	for (int i = 0; i < 3; i++) {
		if (dup2(fd, i) < 0)
			return -1;
	}
	if (fd > 2)
		close(fd);
	return 0;
}

pid_t forkpty(int *controller, char *name, const struct termios *settings, const struct winsize *size)
{
	int fd, other;
	pid_t pid;

	if (openpty(&fd, &other, name, settings, size))
		return -1;
	pid = fork();
	if (pid == 0) {
		close(fd);
		if (login_tty(other))
			_exit(1);
		return 0;
	}
	close(other);
	if (pid < 0) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	*controller = fd;
	return pid;
}
