/* SPDX-License-Identifier: 0BSD */
/* file.c: storage behind descriptors: writing it out, making room, advice; and what kind a
 * descriptor is. */
#include "posix/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "posix/files.h"
#include "posix/mount.h"
#include "posix/path/path.h"

static int64_t sync_slot(cap_t slot)
{
	struct os_words w = {{FILE_SYNC}};

	return posix_send_cancel(slot, &w, NULL);
}

int fsync(int fd) { return posix_zero(posix_is_fd(fd) ? sync_slot((cap_t)fd) : -EBADF); }

int fdatasync(int fd) { return fsync(fd); }

int syncfs(int fd) { return fsync(fd); }

static bool sync_mount(const struct posix_mount *mount, void *unused)
{
	int64_t slot =
	    posix_open_slot(mount->prefix, O_PATH, POSIX_SLOT_MIN, POSIX_SLOT_MAX, SLOT_CLOEXEC | SLOT_CLOFORK);

	if (slot >= 0) {
		sync_slot((cap_t)slot);
		os_close((cap_t)slot, DEADLINE_FOREVER);
	}
	return true;
}

/* Asks each filesystem that can be seen. */
void sync(void)
{
	int saved = errno;

	posix_mounts(sync_mount, NULL);
	errno = saved;
}

#define BLOCK_BYTES 4096

/* Writes what is there, or a zero, into the block at OFFSET, so that it has storage. */
static int touch(int fd, off_t offset, off_t size)
{
	char byte = 0;

	if (offset < size && pread(fd, &byte, 1, offset) < 0)
		return errno;
	return pwrite(fd, &byte, 1, offset) < 0 ? errno : 0;
}

/* Servers have no operation for it: storage comes to be by writing. Answers an error number. */
int posix_fallocate(int fd, off_t offset, off_t length)
{
	int saved = errno, error = 0;
	struct stat st;
	off_t end;

	if (offset < 0 || length <= 0)
		return EINVAL;
	if (__builtin_add_overflow(offset, length, &end))
		return EFBIG;
	if (fstat(fd, &st))
		return EBADF;
	if (!S_ISREG(st.st_mode))
		return S_ISFIFO(st.st_mode) ? ESPIPE : ENODEV;
	for (off_t at = offset; at < end && !error; at = (at / BLOCK_BYTES + 1) * BLOCK_BYTES)
		error = touch(fd, at, st.st_size);
	if (!error)
		error = touch(fd, end - 1, st.st_size);
	errno = saved;
	return error;
}

/* Advice is taken note of and not needed. Answers an error number. */
int posix_fadvise(int fd, off_t offset, off_t length, int advice)
{
	int saved = errno;
	struct stat st;

	if (fstat(fd, &st)) {
		errno = saved;
		return EBADF;
	}
	if (S_ISFIFO(st.st_mode))
		return ESPIPE;
	if (length < 0 || advice < POSIX_FADV_NORMAL || advice > POSIX_FADV_NOREUSE)
		return EINVAL;
	return 0;
}

int isfdtype(int fd, int type)
{
	struct stat st;

	if (fstat(fd, &st))
		return -1;
	return (int)(st.st_mode & S_IFMT) == type;
}
