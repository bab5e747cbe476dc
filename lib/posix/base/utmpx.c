/* SPDX-License-Identifier: 0BSD */
/* utmpx.c: who is logged in: a file of records, one for each terminal and session. */
#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>
#include <utmpx.h>

static const char *path = _PATH_UTMP;
static int fd = -1;
static struct utmpx entry;

int utmpxname(const char *file)
{
	endutxent();
	path = strdup(file);
	return path ? 0 : -1;
}

static int open_file(void)
{
	if (fd < 0)
		fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd;
}

void setutxent(void)
{
	if (fd >= 0)
		lseek(fd, 0, SEEK_SET);
}

void endutxent(void)
{
	if (fd >= 0)
		close(fd);
	fd = -1;
}

struct utmpx *getutxent(void)
{
	return open_file() >= 0 && read(fd, &entry, sizeof(entry)) == (ssize_t)sizeof(entry)
		   ? &entry
		   : NULL;
}

static int is_process(short type)
{
	return type >= INIT_PROCESS && type <= DEAD_PROCESS;
}

/* For a process its id counts, for anything else its type. */
static int same(const struct utmpx *left, const struct utmpx *right)
{
	if (is_process(left->ut_type))
		return is_process(right->ut_type) &&
		       memcmp(left->ut_id, right->ut_id, sizeof(left->ut_id)) == 0;
	return left->ut_type == right->ut_type;
}

struct utmpx *getutxid(const struct utmpx *id)
{
	struct utmpx *found;

	do
		found = getutxent();
	while (found && !same(id, found));
	return found;
}

struct utmpx *getutxline(const struct utmpx *line)
{
	struct utmpx *found;

	do
		found = getutxent();
	while (found && ((found->ut_type != USER_PROCESS && found->ut_type != LOGIN_PROCESS) ||
			 strncmp(found->ut_line, line->ut_line, sizeof(line->ut_line)) != 0));
	return found;
}

/* In place of the entry of the same id, or at the end. */
struct utmpx *pututxline(const struct utmpx *new)
{
	struct utmpx copy = *new; /* it may be `entry` */
	int written;

	if (open_file() < 0 || flock(fd, LOCK_EX))
		return NULL;
	setutxent();
	if (getutxid(&copy))
		lseek(fd, -(off_t)sizeof(copy), SEEK_CUR);
	else
		lseek(fd, 0, SEEK_END);
	written = write(fd, &copy, sizeof(copy)) == (ssize_t)sizeof(copy);
	flock(fd, LOCK_UN);
	if (!written)
		return NULL;
	entry = copy;
	return &entry;
}

void updwtmpx(const char *file, const struct utmpx *new)
{
	int log = open(file, O_WRONLY | O_APPEND | O_CLOEXEC);

	if (log < 0)
		return;
	/* Nobody could be told of a failure. */
	(void)!write(log, new, sizeof(*new));
	close(log);
}
