/* SPDX-License-Identifier: 0BSD */
/* sys/statvfs.h: what is known of a file system. */
#ifndef PARLEY_SYS_STATVFS_H
#define PARLEY_SYS_STATVFS_H

#include <sys/cdefs.h>
#include <sys/types.h>

struct statvfs {
	unsigned long f_bsize, f_frsize;
	fsblkcnt_t f_blocks, f_bfree, f_bavail; /* of f_frsize bytes */
	fsfilcnt_t f_files, f_ffree, f_favail;
	unsigned long f_fsid, f_flag, f_namemax;
	unsigned int f_type;
	int __spare[5];
};

#define ST_RDONLY 1
#define ST_NOSUID 2
#define ST_NODEV  4
#define ST_NOEXEC 8

__BEGIN_DECLS
int statvfs(const char *__restrict path, struct statvfs *__restrict st);
int fstatvfs(int fd, struct statvfs *st);
__END_DECLS

#endif
