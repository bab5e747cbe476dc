/* SPDX-License-Identifier: 0BSD */
/* shm.c: named shared memory: files in a directory of their own, in memory. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "posix/internal.h"

#define DIRECTORY "/dev/shm/"

/* A name is one component; a slash before it is usual. PATH has room for all that is allowed. 0, or
 * -errno. */
static int path_of(const char *name, char *path)
{
	size_t bytes;

	while (*name == '/')
		name++;
	bytes = strnlen(name, NAME_MAX + 1);
	if (bytes > NAME_MAX)
		return -ENAMETOOLONG;
	if (bytes == 0 || strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return -EINVAL;
	memcpy(path, DIRECTORY, sizeof(DIRECTORY) - 1);
	memcpy(path + sizeof(DIRECTORY) - 1, name, bytes + 1);
	return 0;
}

int shm_open(const char *name, int flags, mode_t mode)
{
	char path[sizeof(DIRECTORY) + NAME_MAX];
	int error = path_of(name, path);

	return error ? (int)posix_failed(error) : open(path, flags | O_CLOEXEC | O_NOFOLLOW, mode);
}

int shm_unlink(const char *name)
{
	char path[sizeof(DIRECTORY) + NAME_MAX];
	int error = path_of(name, path);

	return error ? (int)posix_failed(error == -EINVAL ? -ENOENT : error) : unlink(path);
}
