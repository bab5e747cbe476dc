/* SPDX-License-Identifier: 0BSD */
/* open.c: opening files by name. */
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>

#include "posix/files.h"
#include "posix/process.h"
#include <proto/path_words.h>

mode_t posix_umask = 022;

static unsigned land_flags(int flags)
{
	return (flags & O_CLOEXEC ? SLOT_CLOEXEC : 0) | (flags & O_CLOFORK ? SLOT_CLOFORK : 0);
}

int64_t posix_open(int dir, const char *path, int flags, mode_t mode, struct slot_range range)
{
	uint32_t path_flag = flags & O_NOFOLLOW ? PATH_NOFOLLOW : 0;
	struct os_words w = {{PROTO_WORD0(PATH_OPEN, path_flag, 0),
			      PATH_OPEN_WORD(flags & ~(O_CLOEXEC | O_CLOFORK), mode & ~posix_umask & 07777)}};
	struct path_extra extra = {.accept_count = 1,
				   .any_slot = true,
				   .land_flags = (uint8_t)land_flags(flags),
				   .land_min = range.min,
				   .land_max = range.max};
	union path_reply reply;
	int64_t r = posix_path(dir, path, &w, &extra, &reply);

	return r < 0 ? r : extra.landed[0];
}

int64_t posix_open_slot(const char *path, int flags, cap_t min, cap_t max, unsigned slot_flags)
{
	flags |= (slot_flags & SLOT_CLOEXEC ? O_CLOEXEC : 0) | (slot_flags & SLOT_CLOFORK ? O_CLOFORK : 0);
	return posix_open(AT_FDCWD, path, flags, 0, (struct slot_range){min, max});
}

static int open_fd(int dir, const char *path, int flags, mode_t mode)
{
	struct slot_range fds = {0, posix_files_max - 1};

	if (!path_dir_good(dir, path))
		return (int)posix_failed(-EBADF);
	return (int)posix_result(posix_files_max ? posix_open(dir, path, flags, mode, fds) : -EMFILE);
}

/* The third argument is there only with O_CREAT or O_TMPFILE. */
#define HAS_MODE(flags) ((flags) & (O_CREAT | O_TMPFILE))

int open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list args;

	if (HAS_MODE(flags)) {
		va_start(args, flags);
		mode = va_arg(args, mode_t);
		va_end(args);
	}
	return open_fd(AT_FDCWD, path, flags, mode);
}

int openat(int dir, const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list args;

	if (HAS_MODE(flags)) {
		va_start(args, flags);
		mode = va_arg(args, mode_t);
		va_end(args);
	}
	return open_fd(dir, path, flags, mode);
}

int creat(const char *path, mode_t mode) { return open_fd(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, mode); }

mode_t umask(mode_t mask) { return __atomic_exchange_n(&posix_umask, mask & 0777, __ATOMIC_RELAXED); }
