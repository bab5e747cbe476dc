/* SPDX-License-Identifier: 0BSD */
/* statvfs.c: what is known of a filesystem, and of the limits of a file. */
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

static int64_t by_path(const char *path, struct proto_statvfs *out)
{
	struct os_words w = {{PATH_STATVFS}};
	union path_reply reply;
	int64_t r = posix_path(AT_FDCWD, path, &w, NULL, &reply);

	*out = reply.statvfs;
	return r;
}

static int64_t by_file(int fd, struct proto_statvfs *out)
{
	struct os_words w = {{FILE_STATVFS}};
	posix_desc d;

	if (!posix_is_fd(fd))
		return -EBADF;
	memset(&d.desc, 0, sizeof(d.desc));
	d.desc.receive_count = 1;
	d.desc.piece[0] = posix_piece(out, sizeof(*out));
	return posix_send((cap_t)fd, &w, &d.desc);
}

static int answer_statvfs(int64_t r, const struct proto_statvfs *p, struct statvfs *st)
{
	if (r < 0)
		return (int)posix_failed(r);
	*st = (struct statvfs){.f_bsize = p->block_bytes,
			       .f_frsize = p->block_bytes,
			       .f_blocks = p->blocks,
			       .f_bfree = p->blocks_free,
			       .f_bavail = p->blocks_available,
			       .f_files = p->files,
			       .f_ffree = p->files_free,
			       .f_favail = p->files_free,
			       .f_fsid = p->id,
			       .f_flag = p->flags,
			       .f_namemax = p->name_max};
	return 0;
}

static int answer_statfs(int64_t r, const struct proto_statvfs *p, struct statfs *st)
{
	if (r < 0)
		return (int)posix_failed(r);
	*st = (struct statfs){.f_bsize = p->block_bytes,
			      .f_frsize = p->block_bytes,
			      .f_blocks = p->blocks,
			      .f_bfree = p->blocks_free,
			      .f_bavail = p->blocks_available,
			      .f_files = p->files,
			      .f_ffree = p->files_free,
			      .f_fsid = {{(int)p->id, (int)(p->id >> 32)}},
			      .f_namelen = p->name_max,
			      .f_flags = p->flags};
	return 0;
}

int statvfs(const char *restrict path, struct statvfs *restrict st)
{
	struct proto_statvfs p;

	return answer_statvfs(by_path(path, &p), &p, st);
}

int fstatvfs(int fd, struct statvfs *st)
{
	struct proto_statvfs p;

	return answer_statvfs(by_file(fd, &p), &p, st);
}

int statfs(const char *path, struct statfs *st)
{
	struct proto_statvfs p;

	return answer_statfs(by_path(path, &p), &p, st);
}

int fstatfs(int fd, struct statfs *st)
{
	struct proto_statvfs p;

	return answer_statfs(by_file(fd, &p), &p, st);
}

/* Limits are the same for all files but for the length of names. -1 without errno: none. */
static long limit(int name)
{
	switch (name) {
	case _PC_LINK_MAX:
		return LINK_MAX;
	case _PC_MAX_CANON:
		return MAX_CANON;
	case _PC_MAX_INPUT:
		return MAX_INPUT;
	case _PC_PATH_MAX:
		return PATH_MAX;
	case _PC_PIPE_BUF:
		return PIPE_BUF;
	case _PC_CHOWN_RESTRICTED:
	case _PC_NO_TRUNC:
	case _PC_2_SYMLINKS:
		return 1;
	case _PC_VDISABLE:
		return 0;
	case _PC_FILESIZEBITS:
		return FILESIZEBITS;
	case _PC_SYMLINK_MAX:
		return SYMLINK_MAX;
	case _PC_REC_MIN_XFER_SIZE:
	case _PC_REC_XFER_ALIGN:
	case _PC_REC_INCR_XFER_SIZE:
	case _PC_ALLOC_SIZE_MIN:
		return 4096;
	case _PC_TIMESTAMP_RESOLUTION:
		return 1;
	case _PC_ASYNC_IO:
	case _PC_PRIO_IO:
	case _PC_SYNC_IO:
	case _PC_REC_MAX_XFER_SIZE:
		return -1;
	default:
		return posix_failed(-EINVAL);
	}
}

long pathconf(const char *path, int name)
{
	struct proto_statvfs p;
	int64_t r = by_path(path, &p);

	if (r < 0)
		return posix_failed(r);
	return name == _PC_NAME_MAX ? (long)p.name_max : limit(name);
}

long fpathconf(int fd, int name)
{
	struct proto_statvfs p;
	int64_t r = by_file(fd, &p);

	/* What lies in no filesystem, as a pipe does, has limits all the same. */
	if (r == -EBADF)
		return posix_failed(r);
	if (name == _PC_NAME_MAX)
		return r < 0 ? posix_failed(-EINVAL) : (long)p.name_max;
	return limit(name);
}
