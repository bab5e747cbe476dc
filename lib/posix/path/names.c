/* SPDX-License-Identifier: 0BSD */
/* names.c: making and removing names: directories, nodes, symbolic links. */
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "posix/files.h"

int mkdirat(int dir, const char *path, mode_t mode)
{
	return posix_path_simple(dir, path, PROTO_WORD0(PATH_MKDIR, 0, 0), mode & ~posix_umask & 07777, 0);
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

int mknodat(int dir, const char *path, mode_t mode, dev_t dev)
{
	mode_t permissions = mode & ~posix_umask & 07777;

	return posix_path_simple(dir, path, PROTO_WORD0(PATH_MKNOD, 0, 0),
				 (mode & S_IFMT ? mode & S_IFMT : S_IFREG) | permissions, dev);
}

int mknod(const char *path, mode_t mode, dev_t dev) { return mknodat(AT_FDCWD, path, mode, dev); }

int mkfifoat(int dir, const char *path, mode_t mode) { return mknodat(dir, path, S_IFIFO | (mode & 07777), 0); }

int mkfifo(const char *path, mode_t mode) { return mkfifoat(AT_FDCWD, path, mode); }

int unlinkat(int dir, const char *path, int flags)
{
	uint32_t directory = flags & AT_REMOVEDIR ? PATH_DIRECTORY : 0;

	if (flags & ~AT_REMOVEDIR)
		return (int)posix_failed(-EINVAL);
	return posix_path_simple(dir, path, PROTO_WORD0(PATH_UNLINK, PATH_NOFOLLOW | directory, 0), 0, 0);
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }

int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

/* A directory answers EISDIR or EPERM to the first: POSIX leaves open which. */
int remove(const char *path)
{
	int saved = errno;

	if (unlink(path) == 0)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -1;
	errno = saved;
	return rmdir(path);
}

int symlinkat(const char *target, int dir, const char *path)
{
	struct os_words w = {{PROTO_WORD0(PATH_SYMLINK, PATH_NOFOLLOW, 0)}};
	struct path_extra extra = {.second = target, .second_bytes = strnlen(target, PATH_TEXT_MAX)};
	union path_reply reply;

	if (extra.second_bytes == 0)
		return (int)posix_failed(-ENOENT);
	if (extra.second_bytes == PATH_TEXT_MAX)
		return (int)posix_failed(-ENAMETOOLONG);
	return posix_zero(posix_path(dir, path, &w, &extra, &reply));
}

int symlink(const char *target, const char *path) { return symlinkat(target, AT_FDCWD, path); }

ssize_t readlinkat(int dir, const char *restrict path, char *restrict buffer, size_t size)
{
	struct os_words w = {{PROTO_WORD0(PATH_READLINK, PATH_NOFOLLOW, 0)}};
	union path_reply reply;
	int64_t r = posix_path(dir, path, &w, NULL, &reply);

	if (r < 0)
		return posix_failed(r);
	if ((size_t)r > sizeof(reply.text))
		return posix_failed(-EIO);
	if ((size_t)r < size)
		size = (size_t)r;
	memcpy(buffer, reply.text, size);
	return (ssize_t)size;
}

ssize_t readlink(const char *restrict path, char *restrict buffer, size_t size)
{
	return readlinkat(AT_FDCWD, path, buffer, size);
}
