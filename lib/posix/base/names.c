/* SPDX-License-Identifier: 0BSD */
/* names.c: older interfaces that another call answers. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

extern char **environ;

/* __libc_start sets them. */
char *program_invocation_name = "?";
char *program_invocation_short_name = "?";

int gethostname(char *name, size_t size)
{
	struct utsname system;

	if (uname(&system))
		return -1;
	if (strlcpy(name, system.nodename, size) < size)
		return 0;
	errno = ENAMETOOLONG;
	return -1;
}

int getpagesize(void)
{
	return (int)sysconf(_SC_PAGESIZE);
}

int getdtablesize(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NOFILE, &limit) ? OPEN_MAX : (int)limit.rlim_cur;
}

int nice(int by)
{
	int now;

	errno = 0;
	now = getpriority(PRIO_PROCESS, 0);
	if (errno)
		return -1;
	now = now + by < -NZERO ? -NZERO : now + by >= NZERO ? NZERO - 1 : now + by;
	if (setpriority(PRIO_PROCESS, 0, now)) {
		if (errno == EACCES)
			errno = EPERM;
		return -1;
	}
	return now;
}

int clearenv(void)
{
	static char *none[1];

	environ = none;
	return 0;
}

int daemon(int keep_directory, int keep_files)
{
	int null;

	switch (fork()) {
	case -1:
		return -1;
	case 0:
		break;
	default:
		_exit(0);
	}
	if (setsid() < 0)
		return -1;
	if (!keep_directory && chdir("/"))
		return -1;
	if (keep_files)
		return 0;
	null = open("/dev/null", O_RDWR);
	if (null < 0)
		return -1;
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	if (null > 2)
		close(null);
	return 0;
}
