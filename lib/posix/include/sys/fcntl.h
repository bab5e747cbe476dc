/* SPDX-License-Identifier: 0BSD */
/* sys/fcntl.h: opening and controlling files. The numbers are newlib's, which has them compiled in.
 */
#ifndef PARLEY_SYS_FCNTL_H
#define PARLEY_SYS_FCNTL_H

#include <sys/cdefs.h>
#include <sys/types.h>
#include <sys/stat.h>

#define O_RDONLY    0
#define O_WRONLY    1
#define O_RDWR	    2
#define O_ACCMODE   3
#define O_APPEND    0x0000008
#define O_CREAT	    0x0000200
#define O_TRUNC	    0x0000400
#define O_EXCL	    0x0000800
#define O_SYNC	    0x0002000
#define O_DSYNC	    O_SYNC
#define O_RSYNC	    O_SYNC
#define O_NONBLOCK  0x0004000
#define O_NDELAY    O_NONBLOCK
#define O_NOCTTY    0x0008000
#define O_CLOEXEC   0x0040000
#define O_DIRECT    0x0080000
#define O_NOFOLLOW  0x0100000
#define O_DIRECTORY 0x0200000
#define O_EXEC	    0x0400000
#define O_SEARCH    O_EXEC
#define O_TMPFILE   0x0800000
#define O_NOATIME   0x1000000
#define O_PATH	    0x2000000
#define O_CLOFORK   0x4000000
/* Always set for a terminal, which is opened as it is. */
#define O_TTY_INIT 0
/* Every offset has 64 bits. */
#define O_LARGEFILE	0

#define F_DUPFD		0
#define F_GETFD		1
#define F_SETFD		2
#define F_GETFL		3
#define F_SETFL		4
#define F_GETOWN	5
#define F_SETOWN	6
#define F_GETLK		7
#define F_SETLK		8
#define F_SETLKW	9
#define F_DUPFD_CLOEXEC 14
#define F_DUPFD_CLOFORK 15
#define F_OFD_GETLK	36
#define F_OFD_SETLK	37
#define F_OFD_SETLKW	38
#define F_GETPIPE_SZ	1032
#define F_SETPIPE_SZ	1031

/* Flags of a descriptor. */
#define FD_CLOEXEC 1
#define FD_CLOFORK 2

#define F_RDLCK	   1
#define F_WRLCK	   2
#define F_UNLCK	   3

struct flock {
	short l_type;
	short l_whence;
	off_t l_start;
	off_t l_len; /* 0: to the end, wherever that will be */
	pid_t l_pid;
};

#define LOCK_SH		      1
#define LOCK_EX		      2
#define LOCK_NB		      4
#define LOCK_UN		      8

#define AT_FDCWD	      (-2)
#define AT_EACCESS	      0x0001
#define AT_SYMLINK_NOFOLLOW   0x0002
#define AT_SYMLINK_FOLLOW     0x0004
#define AT_REMOVEDIR	      0x0008
#define AT_EMPTY_PATH	      0x0010

#define POSIX_FADV_NORMAL     0
#define POSIX_FADV_RANDOM     1
#define POSIX_FADV_SEQUENTIAL 2
#define POSIX_FADV_WILLNEED   3
#define POSIX_FADV_DONTNEED   4
#define POSIX_FADV_NOREUSE    5

#if __MISC_VISIBLE
#define FREAD	  1
#define FWRITE	  2
#define FAPPEND	  O_APPEND
#define FNDELAY	  O_NDELAY
#define FNONBLOCK O_NONBLOCK
#endif
/* What newlib calls them inside. */
#define _FREAD	   1
#define _FWRITE	   2
#define _FAPPEND   O_APPEND
#define _FNONBLOCK O_NONBLOCK

__BEGIN_DECLS
int open(const char *path, int flags, ...);
int openat(int dir, const char *path, int flags, ...);
int creat(const char *path, mode_t mode);
int fcntl(int fd, int command, ...);
int flock(int fd, int operation);
int posix_fadvise(int fd, off_t offset, off_t length, int advice);
int posix_fallocate(int fd, off_t offset, off_t length);
__END_DECLS

#endif
