/* SPDX-License-Identifier: 0BSD */
/* stat.c: asking what a name or a descriptor is, and whether it may be used. */
#include "path.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <proto/path_words.h>

#define NS_PER_S 1000000000ull

static struct timespec time_from(uint64_t ns)
{
	return (struct timespec){(time_t)(ns / NS_PER_S), (long)(ns % NS_PER_S)};
}

void posix_stat_from(struct stat *st, const struct proto_stat *p)
{
	st->st_dev = p->device;
	st->st_ino = p->inode;
	st->st_nlink = p->links;
	st->st_mode = p->mode;
	st->st_uid = p->uid;
	st->st_gid = p->gid;
	st->st_rdev = p->rdevice;
	st->st_size = (off_t)p->size_bytes;
	st->st_blksize = p->block_bytes;
	st->st_blocks = (blkcnt_t)p->blocks;
	st->st_atim = time_from(p->accessed_ns);
	st->st_mtim = time_from(p->modified_ns);
	st->st_ctim = time_from(p->changed_ns);
}

int fstatat(int dir, const char *restrict path, struct stat *restrict st, int flags)
{
	struct os_words w = {{PROTO_WORD0(PATH_STAT, path_flags(flags), 0)}};
	struct path_extra extra = {.empty = true};
	union path_reply reply;
	int64_t r;

	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return (int)posix_failed(-EINVAL);
	r = posix_path(dir, path, &w, flags & AT_EMPTY_PATH ? &extra : NULL, &reply);
	if (r < 0)
		return (int)posix_failed(r);
	posix_stat_from(st, &reply.stat);
	return 0;
}

int stat(const char *restrict path, struct stat *restrict st) { return fstatat(AT_FDCWD, path, st, 0); }

int lstat(const char *restrict path, struct stat *restrict st)
{
	return fstatat(AT_FDCWD, path, st, AT_SYMLINK_NOFOLLOW);
}

int fstat(int fd, struct stat *st)
{
	struct os_words w = {{PROTO_WORD0(FILE_STAT, PROTO_WANT_INLINE, 0)}};
	struct proto_stat answer;
	posix_desc d;
	int64_t r;

	if (!posix_is_fd(fd))
		return (int)posix_failed(-EBADF);
	r = posix_send((cap_t)fd, &w, NULL);
	if (r == 0) {
		stat_from_words(&answer, w.w);
	} else if (r == PATH_WANT_BUFFER) {
		memset(&d.desc, 0, sizeof(d.desc));
		d.desc.receive_count = 1;
		d.desc.piece[0] = posix_piece(&answer, sizeof(answer));
		w = (struct os_words){{FILE_STAT}};
		r = posix_send((cap_t)fd, &w, &d.desc);
	}
	if (r < 0)
		return (int)posix_failed(r);
	posix_stat_from(st, &answer);
	return 0;
}

/* POSIX's classic calls ask for the real ids; AT_EACCESS for the effective ones. */
int faccessat(int dir, const char *path, int mode, int flags)
{
	uint32_t path_flag = path_flags(flags) | (flags & AT_EACCESS ? 0 : PATH_REAL_IDS);

	if ((flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW)) || (mode & ~(R_OK | W_OK | X_OK)))
		return (int)posix_failed(-EINVAL);
	return posix_path_simple(dir, path, PROTO_WORD0(PATH_ACCESS, path_flag, 0), (unsigned)mode, 0);
}

int access(const char *path, int mode) { return faccessat(AT_FDCWD, path, mode, 0); }

int eaccess(const char *path, int mode) { return faccessat(AT_FDCWD, path, mode, AT_EACCESS); }
