/* SPDX-License-Identifier: 0BSD */
/* job.c: which session and group a terminal belongs to, and what it is called. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "posix/internal.h"

/* What is no terminal answers so to anything that only a terminal has. */
int isatty(int fd)
{
	struct termios settings;

	return tcgetattr(fd, &settings) == 0;
}

static pid_t ask(int fd, unsigned request)
{
	int answer;

	return ioctl(fd, request, &answer) < 0 ? -1 : answer;
}

pid_t tcgetpgrp(int fd) { return ask(fd, TIOCGPGRP); }

pid_t tcgetsid(int fd) { return ask(fd, TIOCGSID); }

int tcsetpgrp(int fd, pid_t group)
{
	int value = group;

	return group < 0 ? (int)posix_failed(-EINVAL) : ioctl(fd, TIOCSPGRP, &value);
}

char *ctermid(char *name)
{
	static char own[L_ctermid];

	return strcpy(name ? name : own, "/dev/tty");
}

/* Whether NAME in the directory PATH is what ST says. Then it stands in TEXT. */
static bool is_it(const char *path, const char *name, const struct stat *st, char *text, size_t size)
{
	struct stat other;

	if (snprintf(text, size, "%s/%s", path, name) >= (int)size || stat(text, &other))
		return false;
	return S_ISCHR(other.st_mode) && other.st_rdev == st->st_rdev && other.st_ino == st->st_ino &&
	       other.st_dev == st->st_dev;
}

static bool find_in(const char *path, const struct stat *st, char *text, size_t size)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir))) {
		/* /dev/tty is a name of every controlling terminal. */
		if (entry->d_name[0] != '.' && strcmp(entry->d_name, "tty") != 0)
			found = is_it(path, entry->d_name, st, text, size);
	}
	if (dir)
		closedir(dir);
	return found;
}

/* Answers an error number. */
int ttyname_r(int fd, char *name, size_t size)
{
	char text[TTY_NAME_MAX];
	int saved = errno, error = 0;
	struct stat st;

	if (!isatty(fd) || fstat(fd, &st))
		error = errno;
	else if (!find_in("/dev/pts", &st, text, sizeof(text)) && !find_in("/dev", &st, text, sizeof(text)))
		error = ENODEV;
	else if (strlen(text) >= size)
		error = ERANGE;
	else
		strcpy(name, text);
	errno = saved;
	return error;
}

char *ttyname(int fd)
{
	static char name[TTY_NAME_MAX];
	int error = ttyname_r(fd, name, sizeof(name));

	if (error)
		posix_failed(-error);
	return error ? NULL : name;
}
