/* SPDX-License-Identifier: 0BSD */
/* sys/statfs.h: Linux's name and shape of statvfs. */
#ifndef PARLEY_SYS_STATFS_H
#define PARLEY_SYS_STATFS_H

#include <sys/statvfs.h>

typedef struct {
	int __val[2];
} fsid_t;

struct statfs {
	unsigned long f_type, f_bsize;
	fsblkcnt_t f_blocks, f_bfree, f_bavail; /* of f_bsize bytes */
	fsfilcnt_t f_files, f_ffree;
	fsid_t f_fsid;
	unsigned long f_namelen, f_frsize, f_flags;
	unsigned long f_spare[4];
};

__BEGIN_DECLS
int statfs(const char *path, struct statfs *st);
int fstatfs(int fd, struct statfs *st);
__END_DECLS

#endif
