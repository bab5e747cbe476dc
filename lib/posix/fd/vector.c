/* SPDX-License-Identifier: 0BSD */
/* vector.c: reading and writing in pieces.
 *
 * The pieces become those of one message, so a write is as atomic as one from a single buffer. A
 * message has MESSAGE_PIECES_MAX of them and POSIX allows IOV_MAX: when there are more, what is
 * short enough for a pipe to take in one go is gathered, and anything else goes in several
 * messages.
 */
#include "posix/internal.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

typedef OS_DESC(MESSAGE_PIECES_MAX) vector_desc;

/* How many bytes the pieces hold; -EINVAL if POSIX does not allow so many, or of so many. */
static int64_t total_of(const struct iovec *pieces, int count)
{
	uint64_t total = 0;

	if (count < 0 || count > IOV_MAX)
		return -EINVAL;
	for (int i = 0; i < count; i++) {
		total += pieces[i].iov_len;
		if (pieces[i].iov_len > SSIZE_MAX || total > SSIZE_MAX)
			return -EINVAL;
	}
	return total <= MESSAGE_LENGTH_MAX ? (int64_t)total : -EINVAL;
}

/* One message of at most MESSAGE_PIECES_MAX pieces. */
static int64_t transfer(int fd, unsigned op, const struct iovec *pieces, int count, uint64_t offset)
{
	int64_t total = total_of(pieces, count);
	struct os_words w = {{op, offset, (uint64_t)total}};
	vector_desc d;

	memset(&d.desc, 0, sizeof(d.desc));
	if (op == FILE_READ)
		d.desc.receive_count = (uint16_t)count;
	else
		d.desc.send_count = (uint16_t)count;
	for (int i = 0; i < count; i++)
		d.desc.piece[i] = posix_piece(pieces[i].iov_base, pieces[i].iov_len);
	return posix_send_cancel((cap_t)fd, &w, &d.desc);
}

/* Writes what is short from one buffer. */
static int64_t gathered(int fd, const struct iovec *pieces, int count, uint64_t offset)
{
	char buffer[PIPE_BUF];
	struct iovec all = {buffer, 0};

	for (int i = 0; i < count; i++) {
		memcpy(buffer + all.iov_len, pieces[i].iov_base, pieces[i].iov_len);
		all.iov_len += pieces[i].iov_len;
	}
	return transfer(fd, FILE_WRITE, &all, 1, offset);
}

/* Message after message, until one is short. */
static int64_t in_parts(int fd, unsigned op, const struct iovec *pieces, int count, uint64_t offset)
{
	int64_t done = 0;

	while (count > 0) {
		int part = count < MESSAGE_PIECES_MAX ? count : MESSAGE_PIECES_MAX;
		uint64_t at = offset == FILE_HERE ? offset : offset + (uint64_t)done;
		int64_t r = transfer(fd, op, pieces, part, at);

		if (r < 0)
			return done ? done : r;
		done += r;
		if (r < total_of(pieces, part))
			break;
		pieces += part;
		count -= part;
	}
	return done;
}

/* Only what lies in a file is there all at once: elsewhere a second message might wait. */
static int first_part(int fd, int count)
{
	struct stat st;

	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
		return count;
	return MESSAGE_PIECES_MAX;
}

static ssize_t move(int fd, unsigned op, const struct iovec *pieces, int count, uint64_t offset)
{
	int64_t total = total_of(pieces, count), r;

	if (!posix_is_fd(fd))
		return posix_failed(-EBADF);
	if (total < 0)
		return posix_failed(total);
	if (count <= MESSAGE_PIECES_MAX)
		r = transfer(fd, op, pieces, count, offset);
	else if (op == FILE_READ)
		r = in_parts(fd, op, pieces, first_part(fd, count), offset);
	else if (total <= PIPE_BUF)
		r = gathered(fd, pieces, count, offset);
	else
		r = in_parts(fd, op, pieces, count, offset);
	if (r == -EPIPE && op == FILE_WRITE)
		raise(SIGPIPE);
	return posix_result(r);
}

ssize_t readv(int fd, const struct iovec *pieces, int count) { return move(fd, FILE_READ, pieces, count, FILE_HERE); }

ssize_t writev(int fd, const struct iovec *pieces, int count) { return move(fd, FILE_WRITE, pieces, count, FILE_HERE); }

ssize_t preadv(int fd, const struct iovec *pieces, int count, off_t offset)
{
	return offset < 0 ? posix_failed(-EINVAL) : move(fd, FILE_READ, pieces, count, (uint64_t)offset);
}

ssize_t pwritev(int fd, const struct iovec *pieces, int count, off_t offset)
{
	return offset < 0 ? posix_failed(-EINVAL) : move(fd, FILE_WRITE, pieces, count, (uint64_t)offset);
}
