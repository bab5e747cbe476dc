/* SPDX-License-Identifier: 0BSD */
/* uname.c: what system this is, and what the machine is called. The name stands in /etc/hostname. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "posix/internal.h"

#define HOSTNAME_FILE "/etc/hostname"
#define RELEASE	      "0.3"
#define VERSION	      "Parley microkernel"

/* The first line of the file, or "parley". */
static void read_name(char name[HOST_NAME_MAX + 1])
{
	int fd = open(HOSTNAME_FILE, O_RDONLY | O_CLOEXEC);
	ssize_t bytes = fd < 0 ? 0 : read(fd, name, HOST_NAME_MAX);

	if (fd >= 0)
		close(fd);
	name[bytes < 0 ? 0 : bytes] = '\0';
	name[strcspn(name, " \t\n")] = '\0';
	if (!*name)
		strcpy(name, "parley");
}

int sethostname(const char *name, size_t length)
{
	int fd;
	ssize_t written;

	if (length > HOST_NAME_MAX)
		return posix_zero(-EINVAL);
	fd = open(HOSTNAME_FILE, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return -1;
	written = dprintf(fd, "%.*s\n", (int)length, name);
	close(fd);
	return written < 0 ? -1 : 0;
}

int uname(struct utsname *name)
{
	char host[HOST_NAME_MAX + 1];
	int error = errno;

	memset(name, 0, sizeof(*name));
	read_name(host);
	errno = error;
	snprintf(name->sysname, sizeof(name->sysname), "Parley");
	snprintf(name->nodename, sizeof(name->nodename), "%s", host);
	snprintf(name->release, sizeof(name->release), RELEASE);
	snprintf(name->version, sizeof(name->version), VERSION);
	snprintf(name->machine, sizeof(name->machine), "x86_64");
	return 0;
}
