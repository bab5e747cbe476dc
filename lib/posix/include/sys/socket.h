/* SPDX-License-Identifier: 0BSD */
/* sys/socket.h: sockets. Numbers as on Linux. */
#ifndef PARLEY_SYS_SOCKET_H
#define PARLEY_SYS_SOCKET_H

#include <sys/cdefs.h>
#include <sys/types.h>
#include <sys/uio.h>

#ifndef _SA_FAMILY_T_DECLARED
#define _SA_FAMILY_T_DECLARED
typedef __sa_family_t sa_family_t;
#endif
#ifndef _SOCKLEN_T_DECLARED
#define _SOCKLEN_T_DECLARED
typedef __socklen_t socklen_t;
#endif

struct sockaddr {
	sa_family_t sa_family;
	char sa_data[14];
};

struct sockaddr_storage {
	sa_family_t ss_family;
	char __pad[128 - sizeof(sa_family_t) - sizeof(unsigned long)];
	unsigned long __align;
};

struct msghdr {
	void *msg_name;
	socklen_t msg_namelen;
	struct iovec *msg_iov;
	size_t msg_iovlen;
	void *msg_control;
	size_t msg_controllen;
	int msg_flags;
};

struct cmsghdr {
	size_t cmsg_len;
	int cmsg_level, cmsg_type;
};

#define CMSG_ALIGN(length) (((length) + sizeof(size_t) - 1) & ~(sizeof(size_t) - 1))
#define CMSG_DATA(cmsg)	   ((unsigned char *)((struct cmsghdr *)(cmsg) + 1))
#define CMSG_SPACE(length) (CMSG_ALIGN(length) + CMSG_ALIGN(sizeof(struct cmsghdr)))
#define CMSG_LEN(length)   (CMSG_ALIGN(sizeof(struct cmsghdr)) + (length))
#define CMSG_FIRSTHDR(msg)                                                                                             \
	((msg)->msg_controllen >= sizeof(struct cmsghdr) ? (struct cmsghdr *)(msg)->msg_control : (struct cmsghdr *)0)
/* The one behind, if a whole header fits before the end. */
#define CMSG_NXTHDR(msg, cmsg)                                                                                         \
	((cmsg)->cmsg_len < sizeof(struct cmsghdr) ||                                                                  \
		 (size_t)((char *)(msg)->msg_control + (msg)->msg_controllen - (char *)(cmsg)) <                       \
		     CMSG_ALIGN((cmsg)->cmsg_len) + sizeof(struct cmsghdr)                                             \
	     ? (struct cmsghdr *)0                                                                                     \
	     : (struct cmsghdr *)((char *)(cmsg) + CMSG_ALIGN((cmsg)->cmsg_len)))

struct ucred {
	pid_t pid;
	uid_t uid;
	gid_t gid;
};

struct linger {
	int l_onoff, l_linger;
};

#define AF_UNSPEC      0
#define AF_UNIX	       1
#define AF_LOCAL       AF_UNIX
#define AF_INET	       2
#define AF_INET6       10
#define AF_PACKET      17
#define AF_MAX	       46
#define PF_UNSPEC      AF_UNSPEC
#define PF_UNIX	       AF_UNIX
#define PF_LOCAL       AF_LOCAL
#define PF_INET	       AF_INET
#define PF_INET6       AF_INET6
#define PF_PACKET      AF_PACKET

#define SOCK_STREAM    1
#define SOCK_DGRAM     2
#define SOCK_RAW       3
#define SOCK_RDM       4
#define SOCK_SEQPACKET 5
/* The flags of open() with the same meaning. */
#define SOCK_NONBLOCK	 0x0004000
#define SOCK_CLOEXEC	 0x0040000
#define SOCK_CLOFORK	 0x4000000

#define SOL_SOCKET	 1
#define SO_DEBUG	 1
#define SO_REUSEADDR	 2
#define SO_TYPE		 3
#define SO_ERROR	 4
#define SO_DONTROUTE	 5
#define SO_BROADCAST	 6
#define SO_SNDBUF	 7
#define SO_RCVBUF	 8
#define SO_KEEPALIVE	 9
#define SO_OOBINLINE	 10
#define SO_LINGER	 13
#define SO_REUSEPORT	 15
#define SO_PASSCRED	 16
#define SO_PEERCRED	 17
#define SO_RCVLOWAT	 18
#define SO_SNDLOWAT	 19
#define SO_RCVTIMEO	 20
#define SO_SNDTIMEO	 21
#define SO_BINDTODEVICE	 25
#define SO_ACCEPTCONN	 30
#define SO_PROTOCOL	 38
#define SO_DOMAIN	 39

#define SCM_RIGHTS	 1
#define SCM_CREDENTIALS	 2

#define MSG_OOB		 0x0001
#define MSG_PEEK	 0x0002
#define MSG_DONTROUTE	 0x0004
#define MSG_CTRUNC	 0x0008
#define MSG_TRUNC	 0x0020
#define MSG_DONTWAIT	 0x0040
#define MSG_EOR		 0x0080
#define MSG_WAITALL	 0x0100
#define MSG_NOSIGNAL	 0x4000
#define MSG_CMSG_CLOEXEC 0x40000000

#define SHUT_RD		 0
#define SHUT_WR		 1
#define SHUT_RDWR	 2
#define SOMAXCONN	 128

__BEGIN_DECLS
int socket(int domain, int type, int protocol);
int socketpair(int domain, int type, int protocol, int fds[2]);
int bind(int fd, const struct sockaddr *address, socklen_t length);
int listen(int fd, int backlog);
int accept(int fd, struct sockaddr *__restrict address, socklen_t *__restrict length);
int accept4(int fd, struct sockaddr *__restrict address, socklen_t *__restrict length, int flags);
int connect(int fd, const struct sockaddr *address, socklen_t length);
int shutdown(int fd, int how);
int sockatmark(int fd);
int getsockname(int fd, struct sockaddr *__restrict address, socklen_t *__restrict length);
int getpeername(int fd, struct sockaddr *__restrict address, socklen_t *__restrict length);
int getsockopt(int fd, int level, int option, void *__restrict value, socklen_t *__restrict length);
int setsockopt(int fd, int level, int option, const void *value, socklen_t length);
ssize_t send(int fd, const void *data, size_t length, int flags);
ssize_t sendto(int fd, const void *data, size_t length, int flags, const struct sockaddr *address,
	       socklen_t address_length);
ssize_t sendmsg(int fd, const struct msghdr *message, int flags);
ssize_t recv(int fd, void *data, size_t length, int flags);
ssize_t recvfrom(int fd, void *__restrict data, size_t length, int flags, struct sockaddr *__restrict address,
		 socklen_t *__restrict address_length);
ssize_t recvmsg(int fd, struct msghdr *message, int flags);
__END_DECLS

#endif
