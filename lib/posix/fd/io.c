/* SPDX-License-Identifier: 0BSD */
/* io.c: reading and writing.
 *
 * Up to PROTO_INLINE_MAX bytes travel in words, and such a message is the kernel's fast path. More
 * lies where the caller has it, and is copied once, by the kernel.
 */
#include "posix/internal.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/* More is not moved by one call, as elsewhere. */
#define LENGTH_MAX ((size_t)1 << 30)

typedef OS_DESC(1) io_desc;

static void one_piece(io_desc *d, const void *data, size_t length)
{
	memset(&d->desc, 0, sizeof(d->desc));
	d->desc.piece[0] = posix_piece(data, length);
}

static ssize_t read_at(int fd, void *data, size_t length, uint64_t offset)
{
	struct os_words w;
	io_desc d;
	int64_t r;

	if (!posix_is_fd(fd))
		return posix_failed(-EBADF);
	if (length <= PROTO_INLINE_MAX) {
		w = (struct os_words){{PROTO_WORD0(FILE_READ, PROTO_WANT_INLINE, 0), offset, length}};
		r = posix_send_cancel((cap_t)fd, &w, NULL);
		if (r > 0)
			memcpy(data, &w.w[PROTO_INLINE_WORD], (size_t)r < length ? (size_t)r : length);
		return posix_result(r);
	}
	if (length > LENGTH_MAX)
		length = LENGTH_MAX;
	w = (struct os_words){{FILE_READ, offset, length}};
	one_piece(&d, data, length);
	d.desc.receive_count = 1;
	return posix_result(posix_send_cancel((cap_t)fd, &w, &d.desc));
}

/* Writing where nobody reads any more raises a signal, too. */
static ssize_t written(int64_t r)
{
	if (r == -EPIPE)
		raise(SIGPIPE);
	return posix_result(r);
}

static ssize_t write_at(int fd, const void *data, size_t length, uint64_t offset)
{
	struct os_words w;
	io_desc d;

	if (!posix_is_fd(fd))
		return posix_failed(-EBADF);
	if (length <= PROTO_INLINE_MAX) {
		w = (struct os_words){{PROTO_WORD0(FILE_WRITE, 0, length), offset}};
		memcpy(&w.w[PROTO_INLINE_WORD], data, length);
		return written(posix_send_cancel((cap_t)fd, &w, NULL));
	}
	if (length > LENGTH_MAX)
		length = LENGTH_MAX;
	w = (struct os_words){{FILE_WRITE, offset, length}};
	one_piece(&d, data, length);
	d.desc.send_count = 1;
	return written(posix_send_cancel((cap_t)fd, &w, &d.desc));
}

ssize_t read(int fd, void *data, size_t length) { return read_at(fd, data, length, FILE_HERE); }

ssize_t write(int fd, const void *data, size_t length) { return write_at(fd, data, length, FILE_HERE); }

ssize_t pread(int fd, void *data, size_t length, off_t offset)
{
	return offset < 0 ? posix_failed(-EINVAL) : read_at(fd, data, length, (uint64_t)offset);
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset)
{
	return offset < 0 ? posix_failed(-EINVAL) : write_at(fd, data, length, (uint64_t)offset);
}

off_t lseek(int fd, off_t offset, int whence)
{
	struct os_words w = {{FILE_SEEK, (uint64_t)offset, (unsigned)whence}};
	int64_t r;

	if (!posix_is_fd(fd))
		return posix_failed(-EBADF);
	r = posix_send((cap_t)fd, &w, NULL);
	return r < 0 ? posix_failed(r) : (off_t)w.w[1];
}
