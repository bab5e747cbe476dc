/* SPDX-License-Identifier: 0BSD */
/* posix.h: the C library's numbers that travel in messages, for programs that have no C library.
 *
 * The values are newlib's. A program with a C library includes that instead, never both: lib/posix checks that they
 * agree.
 */
#pragma once

#include <abi/errno.h>
#include <abi/memory.h>

/* Error numbers beyond the kernel's. */
enum {
	ENOENT = 2,
	EIO = 5,
	ENXIO = 6,
	ENOEXEC = 8,
	ECHILD = 10,
	EXDEV = 18,
	ENODEV = 19,
	ENOTDIR = 20,
	EISDIR = 21,
	ENFILE = 23,
	ENOTTY = 25,
	ETXTBSY = 26,
	EFBIG = 27,
	ESPIPE = 29,
	EROFS = 30,
	EMLINK = 31,
	EPIPE = 32,
	ENOLCK = 46,
	EPROTO = 71,
	ENOTEMPTY = 90,
	ENAMETOOLONG = 91,
	EOPNOTSUPP = 95,
	ECONNRESET = 104,
	ENOBUFS = 105,
	EAFNOSUPPORT = 106,
	EPROTOTYPE = 107,
	ENOTSOCK = 108,
	ENOPROTOOPT = 109,
	ECONNREFUSED = 111,
	EADDRINUSE = 112,
	ECONNABORTED = 113,
	EALREADY = 120,
	EDESTADDRREQ = 121,
	EMSGSIZE = 122,
	ETOOMANYREFS = 129,
	EPROTONOSUPPORT = 123,
	EADDRNOTAVAIL = 125,
	EISCONN = 127,
	ENOTCONN = 128,
	EDQUOT = 132,
	ESTALE = 133,
	EOVERFLOW = 139,
	ECANCELED = 140,
};

/* open(2), fcntl(2), flock(2) */
#define O_RDONLY    0
#define O_WRONLY    1
#define O_RDWR	    2
#define O_ACCMODE   3
#define O_APPEND    0x0000008
#define O_CREAT	    0x0000200
#define O_TRUNC	    0x0000400
#define O_EXCL	    0x0000800
#define O_SYNC	    0x0002000
#define O_NONBLOCK  0x0004000
#define O_NOCTTY    0x0008000
#define O_CLOEXEC   0x0040000
#define O_NOFOLLOW  0x0100000
#define O_DIRECTORY 0x0200000
#define O_EXEC	    0x0400000
#define O_SEARCH    O_EXEC
#define O_PATH	    0x2000000
#define F_GETLK	    7
#define F_SETLK	    8
#define F_SETLKW    9
#define F_RDLCK	    1
#define F_WRLCK	    2
#define F_UNLCK	    3
#define LOCK_SH	    1
#define LOCK_EX	    2
#define LOCK_NB	    4
#define LOCK_UN	    8
#define SEEK_SET    0
#define SEEK_CUR    1
#define SEEK_END    2
#define R_OK	    4
#define W_OK	    2
#define X_OK	    1

/* st_mode */
#define S_IFMT	       0170000
#define S_IFIFO	       0010000
#define S_IFCHR	       0020000
#define S_IFDIR	       0040000
#define S_IFBLK	       0060000
#define S_IFREG	       0100000
#define S_IFLNK	       0120000
#define S_IFSOCK       0140000
#define S_ISUID	       0004000
#define S_ISGID	       0002000
#define S_ISVTX	       0001000
#define S_ISTYPE(m, t) (((m)&S_IFMT) == (t))
#define S_ISDIR(m)     S_ISTYPE(m, S_IFDIR)
#define S_ISCHR(m)     S_ISTYPE(m, S_IFCHR)
#define S_ISREG(m)     S_ISTYPE(m, S_IFREG)
#define S_ISLNK(m)     S_ISTYPE(m, S_IFLNK)
#define S_ISFIFO(m)    S_ISTYPE(m, S_IFIFO)
#define S_ISSOCK(m)    S_ISTYPE(m, S_IFSOCK)

/* poll(2) */
#define POLLIN	  0x0001
#define POLLPRI	  0x0002
#define POLLOUT	  0x0004
#define POLLERR	  0x0008
#define POLLHUP	  0x0010
#define POLLRDHUP 0x2000

/* stat_vfs flags */
#define ST_RDONLY 1
#define ST_NOSUID 2
