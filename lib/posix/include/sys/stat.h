/* SPDX-License-Identifier: 0BSD */
/* sys/stat.h: what is known of a file. */
#ifndef PARLEY_SYS_STAT_H
#define PARLEY_SYS_STAT_H

#include <sys/cdefs.h>
#include <sys/types.h>
#include <sys/_timespec.h>

struct stat {
	dev_t st_dev;
	ino_t st_ino;
	nlink_t st_nlink;
	mode_t st_mode;
	uid_t st_uid;
	gid_t st_gid;
	dev_t st_rdev;
	off_t st_size;
	blksize_t st_blksize;
	blkcnt_t st_blocks; /* of 512 bytes */
	struct timespec st_atim, st_mtim, st_ctim;
};

#define st_atime       st_atim.tv_sec
#define st_mtime       st_mtim.tv_sec
#define st_ctime       st_ctim.tv_sec

#define S_BLKSIZE      512

#define S_IFMT	       0170000
#define S_IFSOCK       0140000
#define S_IFLNK	       0120000
#define S_IFREG	       0100000
#define S_IFBLK	       0060000
#define S_IFDIR	       0040000
#define S_IFCHR	       0020000
#define S_IFIFO	       0010000
#define S_ISUID	       0004000
#define S_ISGID	       0002000
#define S_ISVTX	       0001000
#define S_IRWXU	       0000700
#define S_IRUSR	       0000400
#define S_IWUSR	       0000200
#define S_IXUSR	       0000100
#define S_IRWXG	       0000070
#define S_IRGRP	       0000040
#define S_IWGRP	       0000020
#define S_IXGRP	       0000010
#define S_IRWXO	       0000007
#define S_IROTH	       0000004
#define S_IWOTH	       0000002
#define S_IXOTH	       0000001

#define S_ISBLK(mode)  (((mode)&S_IFMT) == S_IFBLK)
#define S_ISCHR(mode)  (((mode)&S_IFMT) == S_IFCHR)
#define S_ISDIR(mode)  (((mode)&S_IFMT) == S_IFDIR)
#define S_ISFIFO(mode) (((mode)&S_IFMT) == S_IFIFO)
#define S_ISREG(mode)  (((mode)&S_IFMT) == S_IFREG)
#define S_ISLNK(mode)  (((mode)&S_IFMT) == S_IFLNK)
#define S_ISSOCK(mode) (((mode)&S_IFMT) == S_IFSOCK)
/* There are no files that are message queues, semaphores or shared memory to stat. */
#define S_TYPEISMQ(st)	0
#define S_TYPEISSEM(st) 0
#define S_TYPEISSHM(st) 0

#if __BSD_VISIBLE
#define S_IREAD	    S_IRUSR
#define S_IWRITE    S_IWUSR
#define S_IEXEC	    S_IXUSR
#define ACCESSPERMS 0777
#define ALLPERMS    07777
#define DEFFILEMODE 0666
#endif

/* For tv_nsec of futimens and utimensat. */
#define UTIME_NOW  ((1l << 30) - 1l)
#define UTIME_OMIT ((1l << 30) - 2l)

__BEGIN_DECLS
int chmod(const char *path, mode_t mode);
int fchmod(int fd, mode_t mode);
int fchmodat(int dir, const char *path, mode_t mode, int flags);
int lchmod(const char *path, mode_t mode);
int stat(const char *__restrict path, struct stat *__restrict st);
int lstat(const char *__restrict path, struct stat *__restrict st);
int fstat(int fd, struct stat *st);
int fstatat(int dir, const char *__restrict path, struct stat *__restrict st, int flags);
int mkdir(const char *path, mode_t mode);
int mkdirat(int dir, const char *path, mode_t mode);
int mkfifo(const char *path, mode_t mode);
int mkfifoat(int dir, const char *path, mode_t mode);
int mknod(const char *path, mode_t mode, dev_t dev);
int mknodat(int dir, const char *path, mode_t mode, dev_t dev);
mode_t umask(mode_t mask);
int isfdtype(int fd, int type);
int futimens(int fd, const struct timespec times[2]);
int utimensat(int dir, const char *path, const struct timespec times[2], int flags);
__END_DECLS

#endif
