/* SPDX-License-Identifier: 0BSD */
/* lock.c: locks on files: flock's, POSIX's records, and those of open file descriptions.
 *
 * The server keeps them. It gets ranges from the file's beginning, so what is relative to the
 * offset or to the end is asked for first.
 */
#include "lock.h"

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "slots.h"

bool posix_record_locks;

/* Where WHENCE counts from, or -errno. */
static int64_t base_of(int fd, int whence)
{
	struct stat st;
	off_t here;

	switch (whence) {
	case SEEK_SET:
		return 0;
	case SEEK_CUR:
		here = lseek(fd, 0, SEEK_CUR);
		return here < 0 ? -errno : here;
	case SEEK_END:
		return fstat(fd, &st) ? -errno : st.st_size;
	default:
		return -EINVAL;
	}
}

/* The range that *LOCK means, as start and length from the beginning. 0, or -errno. */
static int64_t range_of(int fd, const struct flock *lock, uint64_t *start, uint64_t *length)
{
	int64_t base = base_of(fd, lock->l_whence), first;

	if (base < 0)
		return base;
	if (__builtin_add_overflow(base, lock->l_start, &first))
		return -EOVERFLOW;
	*length = (uint64_t)lock->l_len;
	if (lock->l_len < 0) {
		if (__builtin_add_overflow(first, lock->l_len, &first))
			return -EINVAL;
		*length = -(uint64_t)lock->l_len;
	}
	if (first < 0)
		return -EINVAL;
	if (lock->l_len > 0 && lock->l_len - 1 > INT64_MAX - first)
		return -EOVERFLOW;
	*start = (uint64_t)first;
	return 0;
}

static bool is_ofd(int command) { return command == F_OFD_GETLK || command == F_OFD_SETLK || command == F_OFD_SETLKW; }

static void answer(struct flock *lock, const struct os_words *w, bool ofd)
{
	lock->l_type = (short)w->w[2];
	if (lock->l_type == F_UNLCK)
		return;
	lock->l_whence = SEEK_SET;
	lock->l_start = (off_t)w->w[3];
	lock->l_len = (off_t)w->w[4];
	lock->l_pid = ofd ? -1 : (pid_t)w->w[1];
}

int64_t posix_lock_control(int fd, int command, struct flock *lock)
{
	bool ofd = is_ofd(command);
	int plain = ofd ? command - F_OFD_GETLK + F_GETLK : command;
	struct os_words w = {
	    {PROTO_WORD0(FILE_LOCK, ofd ? FILE_LOCK_OFD : 0, 0), (unsigned)plain, (uint16_t)lock->l_type}};
	int64_t r = posix_is_fd(fd) ? range_of(fd, lock, &w.w[3], &w.w[4]) : -EBADF;

	if (r < 0)
		return r;
	if (lock->l_type != F_RDLCK && lock->l_type != F_WRLCK && lock->l_type != F_UNLCK)
		return -EINVAL;
	if (plain == F_GETLK && lock->l_type == F_UNLCK)
		return -EINVAL;
	if (plain != F_GETLK && lock->l_type != F_UNLCK && !ofd)
		posix_record_locks = true;
	r = plain == F_SETLKW ? posix_send_cancel((cap_t)fd, &w, NULL) : posix_send_wait((cap_t)fd, &w, NULL);
	if (r >= 0 && plain == F_GETLK)
		answer(lock, &w, ofd);
	return r < 0 ? r : 0;
}

void posix_record_unlock(int fd)
{
	struct os_words w = {{FILE_LOCK, F_SETLK, F_UNLCK}};

	posix_send((cap_t)fd, &w, NULL);
}

int flock(int fd, int operation)
{
	struct os_words w = {{FILE_FLOCK, (unsigned)operation}};
	int what = operation & ~LOCK_NB;

	if (!posix_is_fd(fd))
		return (int)posix_failed(-EBADF);
	if (what != LOCK_SH && what != LOCK_EX && what != LOCK_UN)
		return (int)posix_failed(-EINVAL);
	return posix_zero(posix_send_wait((cap_t)fd, &w, NULL));
}

/* Whether somebody else has a lock in what F_TEST asks for. */
static int test(int fd, struct flock *lock)
{
	int64_t r = posix_lock_control(fd, F_GETLK, lock);

	if (r == 0 && lock->l_type != F_UNLCK && lock->l_pid != getpid())
		r = -EACCES;
	return posix_zero(r);
}

int lockf(int fd, int function, off_t length)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_CUR, .l_len = length};

	switch (function) {
	case F_ULOCK:
		lock.l_type = F_UNLCK;
		return posix_zero(posix_lock_control(fd, F_SETLK, &lock));
	case F_LOCK:
		return posix_zero(posix_lock_control(fd, F_SETLKW, &lock));
	case F_TLOCK:
		return posix_zero(posix_lock_control(fd, F_SETLK, &lock));
	case F_TEST:
		return test(fd, &lock);
	default:
		return (int)posix_failed(-EINVAL);
	}
}
