/* SPDX-License-Identifier: 0BSD */
/* slots.c: dup, close, and the flags of descriptors.
 *
 * A descriptor is a slot of the capability table, so all this is a system call or two: no server
 * and no table of ours takes part. POSIX wants a process's record locks on a file to go whenever it
 * closes any descriptor of the file; only then a message goes before.
 */
#include "slots.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "posix/process.h"

/* Where the flags stand in what cspace_info answers. */
#define INFO_FLAGS(word) ((unsigned)((word) >> 16) & 0xff)
#define INFO_TYPE(word)	 ((unsigned)(word)&0xff)

unsigned posix_flags_to_slot(int fd_flags)
{
	return (fd_flags & FD_CLOEXEC ? SLOT_CLOEXEC : 0) | (fd_flags & FD_CLOFORK ? SLOT_CLOFORK : 0);
}

int posix_flags_from_slot(unsigned slot_flags)
{
	return (slot_flags & SLOT_CLOEXEC ? FD_CLOEXEC : 0) | (slot_flags & SLOT_CLOFORK ? FD_CLOFORK : 0);
}

static unsigned open_to_slot(int open_flags)
{
	return (open_flags & O_CLOEXEC ? SLOT_CLOEXEC : 0) | (open_flags & O_CLOFORK ? SLOT_CLOFORK : 0);
}

int64_t posix_slot_flags(int fd)
{
	struct os_words w;
	int64_t r = posix_is_fd(fd) ? os_cspace_info(CAP_SELF_CSPACE, (cap_t)fd, &w) : -EBADF;

	if (r < 0)
		return r;
	return INFO_TYPE(w.w[0]) == OBJ_NONE ? -EBADF : (int64_t)INFO_FLAGS(w.w[0]);
}

int64_t posix_slot_copy(int fd, int64_t min, unsigned slot_flags)
{
	if (!posix_is_fd(fd))
		return -EBADF;
	if (min < 0 || min >= posix_files_max)
		return -EINVAL;
	return os_cspace_copy(CAP_SELF_CSPACE, CAP_SELF_CSPACE, (cap_t)fd, (cap_t)min, posix_files_max - 1, RIGHTS_ALL,
			      slot_flags);
}

/* What was there goes into a slot that this thread alone uses. It is taken only when a handler
 * interrupted us before the close below and came here itself: it closes then for both. */
int64_t posix_slot_replace(cap_t slot, cap_t source)
{
	cap_t scratch = posix_self()->scratch_slot;
	int64_t r;

	while ((r = os_cspace_replace(CAP_SELF_CSPACE, slot, source, scratch)) == -EEXIST)
		os_close(scratch, DEADLINE_FOREVER);
	if (r > 0)
		os_close(scratch, DEADLINE_FOREVER);
	return r < 0 ? r : 0;
}

int dup(int fd)
{
	int64_t r = posix_slot_copy(fd, 0, 0);

	return (int)posix_result(r == -EINVAL ? -EMFILE : r);
}

static int replace(int fd, int to, unsigned slot_flags)
{
	int64_t r;

	if (to < 0 || (unsigned)to >= posix_files_max)
		return (int)posix_failed(-EBADF);
	if (posix_record_locks)
		posix_record_unlock(to);
	r = posix_slot_replace((cap_t)to, (cap_t)fd);
	if (r == 0 && slot_flags)
		os_cspace_flags(CAP_SELF_CSPACE, (cap_t)to, slot_flags);
	return r < 0 ? (int)posix_failed(r) : to;
}

int dup2(int fd, int to)
{
	int64_t flags = posix_slot_flags(fd);

	if (flags < 0)
		return (int)posix_failed(flags);
	return fd == to ? to : replace(fd, to, 0);
}

int dup3(int fd, int to, int flags)
{
	int64_t r = posix_slot_flags(fd);

	if (fd == to || (flags & ~(O_CLOEXEC | O_CLOFORK)))
		r = -EINVAL;
	return r < 0 ? (int)posix_failed(r) : replace(fd, to, open_to_slot(flags));
}

/* The descriptor is free from the beginning, whatever the server says; so there is nothing to
 * restart, and an interruption is no failure. */
int close(int fd)
{
	int64_t r;

	if (!posix_is_fd(fd))
		return (int)posix_failed(-EBADF);
	if (posix_self()->stop)
		posix_cancel_point();
	if (posix_record_locks)
		posix_record_unlock(fd);
	r = os_close((cap_t)fd, DEADLINE_FOREVER);
	return r >= 0 || r == -EINTR ? 0 : (int)posix_failed(r > -POSIX_ERRNO_MAX ? r : -EIO);
}

int close_range(unsigned first, unsigned last, int flags)
{
	if (first > last || ((unsigned)flags & ~CLOSE_RANGE_CLOEXEC))
		return (int)posix_failed(-EINVAL);
	for (unsigned fd = first; fd <= last && fd < SLOT_OPEN_MAX; fd++) {
		int64_t slot_flags = posix_slot_flags((int)fd);

		if (slot_flags < 0)
			continue;
		if (flags)
			os_cspace_flags(CAP_SELF_CSPACE, fd, (uint32_t)slot_flags | SLOT_CLOEXEC);
		else
			close((int)fd);
	}
	return 0;
}

void closefrom(int first) { close_range(first > 0 ? (unsigned)first : 0, ~0u, 0); }
