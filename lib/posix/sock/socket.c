/* SPDX-License-Identifier: 0BSD */
/* socket.c: pipes and sockets, and their names.
 *
 * All are made by the server behind /dev/unix. A socket's name is a file: binding and connecting go
 * through the name's filesystem, which checks permission and hands the socket on.
 */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "posix/files.h"
#include "posix/path/path.h"
#include "posix/process.h"
#include "socket.h"

#define MAKER "/dev/unix"

_Static_assert(SOCK_NONBLOCK == O_NONBLOCK && SOCK_CLOEXEC == O_CLOEXEC && SOCK_CLOFORK == O_CLOFORK,
	       "one set of flags");
#define MAKE_FLAGS (O_NONBLOCK | O_CLOEXEC | O_CLOFORK)

static uint8_t land_flags(int flags)
{
	return (uint8_t)((flags & O_CLOEXEC ? SLOT_CLOEXEC : 0) | (flags & O_CLOFORK ? SLOT_CLOFORK : 0));
}

/* One of two has landed, the other found no room. */
static int64_t both_or_none(const int32_t *landed)
{
	int32_t error = landed[0] < 0 ? landed[0] : landed[1];

	if (error >= 0)
		return 0;
	for (int i = 0; i < 2; i++) {
		if (landed[i] >= 0)
			os_close((cap_t)landed[i], DEADLINE_FOREVER);
	}
	return error;
}

/* Makes COUNT of them: 0 for TYPE means a pipe. */
static int64_t make(unsigned count, int type, int protocol, int flags, int *fds)
{
	uint32_t pair = count == 2 && type ? PATH_PAIR : 0;
	struct os_words w = {{PROTO_WORD0(PATH_SOCKET, pair, 0), AF_UNIX, (unsigned)type, (unsigned)protocol,
			      (unsigned)flags & O_NONBLOCK}};
	struct path_extra extra = {.accept_count = (uint8_t)count,
				   .land_flags = land_flags(flags),
				   .land_min = 0,
				   .land_max = posix_files_max - 1};
	union path_reply reply;
	int64_t r = posix_files_max ? posix_path(AT_FDCWD, MAKER, &w, &extra, &reply) : -EMFILE;

	if (r < 0)
		return r;
	r = count == 2 ? both_or_none(extra.landed) : extra.landed[0] < 0 ? extra.landed[0] : 0;
	for (unsigned i = 0; r == 0 && i < count; i++)
		fds[i] = extra.landed[i];
	return r;
}

int pipe2(int fds[2], int flags)
{
	if (flags & ~MAKE_FLAGS)
		return (int)posix_failed(-EINVAL);
	return posix_zero(make(2, 0, 0, flags, fds));
}

int pipe(int fds[2]) { return pipe2(fds, 0); }

/* What is asked of socket and socketpair. 0, or -errno. */
static int64_t check_kind(int domain, int type, int protocol)
{
	if (domain != AF_UNIX)
		return -EAFNOSUPPORT;
	if (protocol != 0)
		return -EPROTONOSUPPORT;
	if (type != SOCK_STREAM && type != SOCK_DGRAM && type != SOCK_SEQPACKET)
		return -EPROTOTYPE;
	return 0;
}

int socket(int domain, int type, int protocol)
{
	int kind = type & ~MAKE_FLAGS, fd;
	int64_t r = check_kind(domain, kind, protocol);

	if (r == 0)
		r = make(1, kind, protocol, type & MAKE_FLAGS, &fd);
	return r < 0 ? (int)posix_failed(r) : fd;
}

int socketpair(int domain, int type, int protocol, int fds[2])
{
	int kind = type & ~MAKE_FLAGS;
	int64_t r = check_kind(domain, kind, protocol);

	return posix_zero(r ? r : make(2, kind, protocol, type & MAKE_FLAGS, fds));
}

/* ---- names -------------------------------------------------------------------------------------
 */

int posix_socket_path(const struct sockaddr *address, socklen_t length, char *path)
{
	const struct sockaddr_un *un = (const void *)address;
	size_t room, bytes;

	if (length < offsetof(struct sockaddr_un, sun_path) || length > sizeof(*un))
		return -EINVAL;
	if (un->sun_family != AF_UNIX)
		return -EAFNOSUPPORT;
	room = length - offsetof(struct sockaddr_un, sun_path);
	bytes = strnlen(un->sun_path, room);
	if (bytes == 0)
		return room ? -ENOENT : -EINVAL; /* neither autobind nor abstract names */
	memcpy(path, un->sun_path, bytes);
	path[bytes] = '\0';
	return 0;
}

/* BIND and CONNECT: the socket goes to its name. */
static int64_t go_to_name(int fd, uint64_t word0, uint64_t mode, const struct sockaddr *address, socklen_t length)
{
	struct os_words w = {{word0, mode}};
	struct path_extra extra = {.give = (cap_t)fd, .give_count = 1};
	char path[SOCKET_PATH_MAX + 1];
	union path_reply reply;
	int r = posix_is_fd(fd) ? posix_socket_path(address, length, path) : -EBADF;

	return r ? r : posix_path(AT_FDCWD, path, &w, &extra, &reply);
}

/* Tells the socket by which path it was bound: its server knows the file alone. */
static int64_t tell_name(int fd, const struct sockaddr *address, socklen_t length)
{
	struct os_words w = {{SOCK_SET_NAME}};
	char path[SOCKET_PATH_MAX + 1];
	posix_desc d;
	int r = posix_socket_path(address, length, path);

	if (r)
		return r;
	memset(&d.desc, 0, sizeof(d.desc));
	d.desc.send_count = 1;
	d.desc.piece[0] = posix_piece(path, strlen(path));
	return posix_send((cap_t)fd, &w, &d.desc);
}

/* 1: is it a socket that can be bound? 0: it was not. */
static int64_t set_binding(int fd, uint64_t binding)
{
	struct os_words w = {{SOCK_BINDING, binding}};

	return posix_is_fd(fd) ? posix_socket_result(posix_send((cap_t)fd, &w, NULL)) : -EBADF;
}

/* POSIX's name for a taken address is another one than for a taken name. */
int bind(int fd, const struct sockaddr *address, socklen_t length)
{
	int64_t r = set_binding(fd, 1);

	if (r < 0)
		return (int)posix_failed(r);
	r = go_to_name(fd, PROTO_WORD0(PATH_BIND, PATH_NOFOLLOW, 0), 0777 & ~posix_umask, address, length);
	if (r < 0)
		set_binding(fd, 0);
	else
		r = tell_name(fd, address, length);
	return posix_zero(r == -EEXIST ? -EADDRINUSE : r);
}

int connect(int fd, const struct sockaddr *address, socklen_t length)
{
	return posix_zero(go_to_name(fd, PATH_CONNECT, 0, address, length));
}

void posix_socket_address(const char *path, size_t bytes, struct sockaddr *address, socklen_t *length)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	socklen_t whole = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + bytes + (bytes > 0));

	if (bytes > sizeof(un.sun_path))
		bytes = sizeof(un.sun_path);
	memcpy(un.sun_path, path, bytes);
	if (whole > sizeof(un))
		whole = sizeof(un);
	memcpy(address, &un, whole < *length ? whole : *length);
	*length = whole;
}

static int name_of(int fd, unsigned whose, struct sockaddr *address, socklen_t *length)
{
	struct os_words w = {{SOCK_NAME, whose}};
	char path[SOCKET_PATH_MAX];
	posix_desc d;
	int64_t r;

	if (!posix_is_fd(fd))
		return (int)posix_failed(-EBADF);
	memset(&d.desc, 0, sizeof(d.desc));
	d.desc.receive_count = 1;
	d.desc.piece[0] = posix_piece(path, sizeof(path));
	r = posix_socket_result(posix_send((cap_t)fd, &w, &d.desc));
	if (r < 0)
		return (int)posix_failed(r);
	posix_socket_address(path, (size_t)r, address, length);
	return 0;
}

int getsockname(int fd, struct sockaddr *restrict address, socklen_t *restrict length)
{
	return name_of(fd, 0, address, length);
}

int getpeername(int fd, struct sockaddr *restrict address, socklen_t *restrict length)
{
	return name_of(fd, 1, address, length);
}

/* ---- the life of a connection ------------------------------------------------------------------
 */

static int simple(int fd, unsigned op, uint64_t a)
{
	struct os_words w = {{op, a}};

	return posix_zero(posix_is_fd(fd) ? posix_socket_result(posix_send((cap_t)fd, &w, NULL)) : -EBADF);
}

int listen(int fd, int backlog) { return simple(fd, SOCK_LISTEN, backlog > 0 ? (unsigned)backlog : 0); }

int shutdown(int fd, int how)
{
	if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR)
		return (int)posix_failed(-EINVAL);
	return simple(fd, SOCK_SHUTDOWN, (unsigned)how);
}

int accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict length, int flags)
{
	struct os_words w = {{SOCK_ACCEPT, (unsigned)flags & O_NONBLOCK}};
	posix_desc d;
	int64_t r;

	if (flags & ~MAKE_FLAGS)
		return (int)posix_failed(-EINVAL);
	if (!posix_is_fd(fd))
		return (int)posix_failed(-EBADF);
	memset(&d.desc, 0, sizeof(d.desc));
	d.desc.accept_count = 1;
	d.desc.land_flags = land_flags(flags);
	d.desc.land_max = posix_files_max ? posix_files_max - 1 : 0;
	d.desc.landed[0] = -EIO;
	r = posix_socket_result(posix_send_cancel((cap_t)fd, &w, &d.desc));
	if (r >= 0)
		r = d.desc.landed[0];
	if (r >= 0 && address && getpeername((int)r, address, length))
		*length = 0; /* the other side has gone already; the descriptor says so */
	return (int)posix_result(r);
}

int accept(int fd, struct sockaddr *restrict address, socklen_t *restrict length)
{
	return accept4(fd, address, length, 0);
}
