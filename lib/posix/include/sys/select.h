/* SPDX-License-Identifier: 0BSD */
/* sys/select.h: waiting for descriptors, in sets of FD_SETSIZE. */
#ifndef PARLEY_SYS_SELECT_H
#define PARLEY_SYS_SELECT_H

#include <sys/cdefs.h>
#include <sys/_sigset.h>
#include <sys/_timeval.h>
#include <sys/_timespec.h>

#if !defined(_SIGSET_T_DECLARED)
#define _SIGSET_T_DECLARED
typedef __sigset_t sigset_t;
#endif

#define _SYS_TYPES_FD_SET
#ifndef FD_SETSIZE
#define FD_SETSIZE 1024
#endif
#define NFDBITS 64

typedef unsigned long __fd_mask;
typedef __fd_mask fd_mask;
typedef struct fd_set {
	__fd_mask __fds_bits[(FD_SETSIZE + NFDBITS - 1) / NFDBITS];
} fd_set;
#define fds_bits	  __fds_bits

#define __FD_BIT(fd)	  ((__fd_mask)1 << ((fd) % NFDBITS))
#define FD_SET(fd, set)	  ((void)((set)->__fds_bits[(fd) / NFDBITS] |= __FD_BIT(fd)))
#define FD_CLR(fd, set)	  ((void)((set)->__fds_bits[(fd) / NFDBITS] &= ~__FD_BIT(fd)))
#define FD_ISSET(fd, set) (((set)->__fds_bits[(fd) / NFDBITS] & __FD_BIT(fd)) != 0)
#define FD_COPY(from, to) ((void)(*(to) = *(from)))
#define FD_ZERO(set)	  ((void)__builtin_memset((set), 0, sizeof(*(set))))

__BEGIN_DECLS
int select(int count, fd_set *__restrict read, fd_set *__restrict write, fd_set *__restrict except,
	   struct timeval *__restrict timeout);
int pselect(int count, fd_set *__restrict read, fd_set *__restrict write, fd_set *__restrict except,
	    const struct timespec *__restrict timeout, const sigset_t *__restrict mask);
__END_DECLS

#endif
