/* SPDX-License-Identifier: 0BSD */
/* attributes.c: permissions, owners, times, lengths: by name and by descriptor. */
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/time.h>
#include <unistd.h>
#include <utime.h>

#define NS_PER_S 1000000000l

/* A request of words alone to an open file. */
static int file_simple(int fd, unsigned op, uint64_t a, uint64_t b)
{
	struct os_words w = {{op, a, b}};

	return posix_zero(posix_is_fd(fd) ? posix_send((cap_t)fd, &w, NULL) : -EBADF);
}

int fchmodat(int dir, const char *path, mode_t mode, int flags)
{
	if (flags & ~AT_SYMLINK_NOFOLLOW)
		return (int)posix_failed(-EINVAL);
	return posix_path_simple(dir, path, PROTO_WORD0(PATH_CHMOD, path_flags(flags), 0), mode & 07777, 0);
}

int chmod(const char *path, mode_t mode) { return fchmodat(AT_FDCWD, path, mode, 0); }

int lchmod(const char *path, mode_t mode) { return fchmodat(AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW); }

int fchmod(int fd, mode_t mode) { return file_simple(fd, FILE_CHMOD, mode & 07777, 0); }

/* -1, all bits of a word: as it is. */
static uint64_t id_word(uint32_t id) { return id == (uint32_t)-1 ? ~0ull : id; }

int fchownat(int dir, const char *path, uid_t uid, gid_t gid, int flags)
{
	struct os_words w = {{PROTO_WORD0(PATH_CHOWN, path_flags(flags), 0), id_word(uid), id_word(gid)}};
	struct path_extra extra = {.empty = flags & AT_EMPTY_PATH};
	union path_reply reply;

	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return (int)posix_failed(-EINVAL);
	return posix_zero(posix_path(dir, path, &w, &extra, &reply));
}

int chown(const char *path, uid_t uid, gid_t gid) { return fchownat(AT_FDCWD, path, uid, gid, 0); }

int lchown(const char *path, uid_t uid, gid_t gid) { return fchownat(AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW); }

int fchown(int fd, uid_t uid, gid_t gid) { return file_simple(fd, FILE_CHOWN, id_word(uid), id_word(gid)); }

static int time_word(const struct timespec *t, uint64_t *word)
{
	if (t->tv_nsec == UTIME_NOW)
		*word = PATH_TIME_NOW;
	else if (t->tv_nsec == UTIME_OMIT)
		*word = PATH_TIME_OMIT;
	else if (t->tv_nsec < 0 || t->tv_nsec >= NS_PER_S || t->tv_sec < 0 || t->tv_sec >= INT64_MAX / NS_PER_S)
		return -EINVAL;
	else
		*word = (uint64_t)t->tv_sec * NS_PER_S + (uint64_t)t->tv_nsec;
	return 0;
}

int posix_utimes_words(const struct timespec times[2], uint64_t *accessed, uint64_t *modified)
{
	int r;

	*accessed = *modified = PATH_TIME_NOW;
	if (!times)
		return 0;
	r = time_word(&times[0], accessed);
	return r ? r : time_word(&times[1], modified);
}

int utimensat(int dir, const char *path, const struct timespec times[2], int flags)
{
	uint64_t accessed, modified;
	int r = posix_utimes_words(times, &accessed, &modified);

	if (flags & ~AT_SYMLINK_NOFOLLOW)
		r = -EINVAL;
	if (r)
		return (int)posix_failed(r);
	return posix_path_simple(dir, path, PROTO_WORD0(PATH_UTIMES, path_flags(flags), 0), accessed, modified);
}

int futimens(int fd, const struct timespec times[2])
{
	uint64_t accessed, modified;
	int r = posix_utimes_words(times, &accessed, &modified);

	return r ? (int)posix_failed(r) : file_simple(fd, FILE_UTIMES, accessed, modified);
}

/* The older interfaces: microseconds, seconds. A NULL stays one. 0, or -EINVAL. */
static int from_timeval(const struct timeval tv[2], struct timespec ts[2])
{
	for (int i = 0; tv && i < 2; i++) {
		if (tv[i].tv_usec < 0 || tv[i].tv_usec >= 1000000)
			return -EINVAL;
		ts[i] = (struct timespec){tv[i].tv_sec, tv[i].tv_usec * 1000};
	}
	return 0;
}

static int utimes_with(const char *path, const struct timeval tv[2], int flags)
{
	struct timespec ts[2];
	int r = from_timeval(tv, ts);

	return r ? (int)posix_failed(r) : utimensat(AT_FDCWD, path, tv ? ts : NULL, flags);
}

int utimes(const char *path, const struct timeval tv[2]) { return utimes_with(path, tv, 0); }

int lutimes(const char *path, const struct timeval tv[2]) { return utimes_with(path, tv, AT_SYMLINK_NOFOLLOW); }

int futimes(int fd, const struct timeval tv[2])
{
	struct timespec ts[2];
	int r = from_timeval(tv, ts);

	return r ? (int)posix_failed(r) : futimens(fd, tv ? ts : NULL);
}

int utime(const char *path, const struct utimbuf *times)
{
	struct timespec ts[2];

	if (!times)
		return utimensat(AT_FDCWD, path, NULL, 0);
	ts[0] = (struct timespec){times->actime, 0};
	ts[1] = (struct timespec){times->modtime, 0};
	return utimensat(AT_FDCWD, path, ts, 0);
}

int truncate(const char *path, off_t length)
{
	if (length < 0)
		return (int)posix_failed(-EINVAL);
	return posix_path_simple(AT_FDCWD, path, PROTO_WORD0(PATH_TRUNCATE, 0, 0), (uint64_t)length, 0);
}

int ftruncate(int fd, off_t length)
{
	if (length < 0)
		return (int)posix_failed(-EINVAL);
	return file_simple(fd, FILE_TRUNCATE, (uint64_t)length, 0);
}
