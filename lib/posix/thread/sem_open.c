/* SPDX-License-Identifier: 0BSD */
/* sem_open.c: semaphores with names: files beside shared memory objects, mapped once a process however
 * often they are opened. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "posix/internal.h"

struct opened {
	struct opened *next;
	sem_t *sem;
	dev_t device;
	ino_t inode;
	unsigned count;
};

static struct opened *all;
static uint32_t lock;

/* Where shared memory objects lie. */
#define DIRECTORY "/dev/shm"

/* The name as a path. */
static int path_of(const char *name, char out[PATH_MAX])
{
	if (*name == '/')
		name++;
	if (!*name || strchr(name, '/'))
		return -EINVAL;
	if (strlen(name) > NAME_MAX - 4)
		return -ENAMETOOLONG;
	snprintf(out, PATH_MAX, DIRECTORY "/sem.%s", name);
	return 0;
}

/* The mapping of an open file, perhaps one that there is already. Under the lock. */
static sem_t *map(int fd, const struct stat *st)
{
	struct opened *o;

	for (o = all; o; o = o->next) {
		if (o->device == st->st_dev && o->inode == st->st_ino) {
			o->count++;
			return o->sem;
		}
	}
	o = malloc(sizeof(*o));
	if (!o)
		return SEM_FAILED;
	*o = (struct opened){.next = all, .device = st->st_dev, .inode = st->st_ino, .count = 1};
	o->sem = mmap(NULL, sizeof(sem_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (o->sem == MAP_FAILED) {
		free(o);
		return SEM_FAILED;
	}
	all = o;
	return o->sem;
}

static sem_t *map_locked(int fd)
{
	sem_t *sem = SEM_FAILED;
	struct stat st;

	if (fstat(fd, &st) == 0) {
		posix_lock(&lock);
		sem = map(fd, &st);
		posix_unlock(&lock);
	}
	close(fd);
	return sem;
}

/* A new one appears under its name when it is complete: others never see it half made. */
static int make(const char *path, mode_t mode, unsigned value)
{
	char scratch[sizeof(DIRECTORY) + 32];
	sem_t sem = {.__value = value, .__shared = 1};
	int fd;

	snprintf(scratch, sizeof(scratch), DIRECTORY "/sem-%d-%d", getpid(), gettid());
	fd = open(scratch, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return -1;
	if (write(fd, &sem, sizeof(sem)) != sizeof(sem) || link(scratch, path) < 0) {
		int error = errno;

		close(fd);
		fd = -1;
		errno = error;
	}
	unlink(scratch);
	return fd;
}

static sem_t *open_by_name(const char *path, int flags, mode_t mode, unsigned value)
{
	int fd = -1;

	for (;;) {
		if (!(flags & O_EXCL) || !(flags & O_CREAT))
			fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0)
			return map_locked(fd);
		if (!(flags & O_CREAT) || (errno != ENOENT && !(flags & O_EXCL)))
			return SEM_FAILED;
		fd = make(path, mode, value);
		if (fd >= 0)
			return map_locked(fd);
		if (errno != EEXIST || (flags & O_EXCL))
			return SEM_FAILED;
	}
}

sem_t *sem_open(const char *name, int flags, ...)
{
	char path[PATH_MAX];
	unsigned value = 0;
	mode_t mode = 0;
	int r = path_of(name, path);

	if (flags & O_CREAT) {
		va_list args;

		va_start(args, flags);
		mode = va_arg(args, mode_t);
		value = va_arg(args, unsigned);
		va_end(args);
		if (value > SEM_VALUE_MAX)
			r = -EINVAL;
	}
	if (r < 0)
		return posix_failed(r), SEM_FAILED;
	return open_by_name(path, flags, mode, value);
}

int sem_close(sem_t *sem)
{
	struct opened **at, *o = NULL;

	posix_lock(&lock);
	for (at = &all; *at && (*at)->sem != sem; at = &(*at)->next)
		;
	if (*at && --(*at)->count == 0) {
		o = *at;
		*at = o->next;
	}
	posix_unlock(&lock);
	if (o) {
		munmap(o->sem, sizeof(sem_t));
		free(o);
	}
	return 0;
}

int sem_unlink(const char *name)
{
	char path[PATH_MAX];
	int r = path_of(name, path);

	return r < 0 ? posix_zero(r) : unlink(path);
}
