/* SPDX-License-Identifier: 0BSD */
/* message.c: sending and receiving on sockets, with descriptors.
 *
 * A descriptor that is passed is a capability of the message, copied by the kernel into the lowest
 * free slots of the receiver; the server in between holds it as long as nobody has received it.
 */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

#include "posix/process.h"
#include "socket.h"

typedef OS_DESC(MESSAGE_PIECES_MAX) message_room;

/* Appends the pieces of *M to the descriptor. How many bytes they have, or -errno. */
static int64_t add_pieces(message_room *d, const struct msghdr *m)
{
	uint64_t total = 0;

	if (m->msg_iovlen > MESSAGE_PIECES_MAX)
		return -EMSGSIZE;
	for (size_t i = 0; i < m->msg_iovlen; i++) {
		d->desc.piece[i] = posix_piece(m->msg_iov[i].iov_base, m->msg_iov[i].iov_len);
		total += m->msg_iov[i].iov_len;
		if (m->msg_iov[i].iov_len > SSIZE_MAX || total > SSIZE_MAX)
			return -EINVAL;
	}
	return total <= MESSAGE_LENGTH_MAX ? (int64_t)total : -EINVAL;
}

/* ---- sending -----------------------------------------------------------------------------------
 */

static int64_t give(struct message_desc *d, int fd)
{
	if (!posix_is_fd(fd))
		return -EBADF;
	if (d->give_count == MESSAGE_CAPS_MAX)
		return -ETOOMANYREFS;
	d->give[d->give_count++] = (cap_t)fd;
	return 0;
}

/* The descriptors in the control part of *M. 0, or -errno. */
static int64_t give_rights(struct message_desc *d, const struct msghdr *m)
{
	int64_t r = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c && r == 0; c = CMSG_NXTHDR(m, c)) {
		size_t bytes = c->cmsg_len - CMSG_LEN(0);
		int fd;

		if (c->cmsg_len < CMSG_LEN(0) || c->cmsg_level != SOL_SOCKET)
			return -EINVAL;
		if (c->cmsg_type == SCM_CREDENTIALS)
			continue; /* the kernel's stamp says who it is, whatever stands here */
		if (c->cmsg_type != SCM_RIGHTS)
			return -EINVAL;
		for (size_t at = 0; at + sizeof(fd) <= bytes && r == 0; at += sizeof(fd)) {
			memcpy(&fd, CMSG_DATA(c) + at, sizeof(fd));
			r = give(d, fd);
		}
	}
	return r;
}

static int64_t send_message(int fd, const struct msghdr *m, int flags)
{
	struct os_words w = {{SOCK_SEND, (unsigned)flags}};
	message_room d;
	int64_t r;

	memset(&d.desc, 0, sizeof(d.desc));
	r = add_pieces(&d, m);
	if (r < 0)
		return r;
	w.w[2] = (uint64_t)r;
	d.desc.send_count = (uint16_t)m->msg_iovlen;
	r = give_rights(&d.desc, m);
	if (r == 0)
		r = posix_socket_result(posix_send_cancel((cap_t)fd, &w, &d.desc));
	if (r == -EPIPE && !(flags & MSG_NOSIGNAL))
		raise(SIGPIPE);
	return r;
}

/* Datagrams go to whom the socket was connected: docs/limits.md. */
ssize_t sendmsg(int fd, const struct msghdr *m, int flags)
{
	if (!posix_is_fd(fd))
		return posix_failed(-EBADF);
	if (m->msg_name && m->msg_namelen)
		return posix_failed(-EOPNOTSUPP);
	return posix_result(send_message(fd, m, flags));
}

ssize_t sendto(int fd, const void *data, size_t length, int flags, const struct sockaddr *address,
	       socklen_t address_length)
{
	struct iovec piece = {(void *)data, length};
	struct msghdr m = {
	    .msg_name = (void *)address, .msg_namelen = address_length, .msg_iov = &piece, .msg_iovlen = 1};

	return sendmsg(fd, &m, flags);
}

ssize_t send(int fd, const void *data, size_t length, int flags) { return sendto(fd, data, length, flags, NULL, 0); }

/* ---- receiving ---------------------------------------------------------------------------------
 */

/* Room in the control part of a message. */
struct control {
	struct msghdr *m;
	size_t used;
};

/* Appends one part. False: there is no room for it. */
static bool control_add(struct control *c, int type, const void *data, size_t bytes)
{
	struct cmsghdr header = {CMSG_LEN(bytes), SOL_SOCKET, type};
	char *at = (char *)c->m->msg_control + c->used;
	size_t left = c->m->msg_controllen - c->used;

	if (left < CMSG_LEN(bytes))
		return false;
	memcpy(at, &header, sizeof(header));
	memcpy(at + CMSG_LEN(0), data, bytes);
	c->used += left < CMSG_SPACE(bytes) ? left : CMSG_SPACE(bytes);
	return true;
}

/* How many descriptors fit. */
static unsigned rights_room(const struct msghdr *m)
{
	size_t room = 0;

	if (m->msg_control && m->msg_controllen > CMSG_LEN(0))
		room = (m->msg_controllen - CMSG_LEN(0)) / sizeof(int);
	return room < MESSAGE_CAPS_MAX ? (unsigned)room : MESSAGE_CAPS_MAX;
}

/* Tells what has landed. False: something that was passed was lost. */
static bool take_rights(struct control *c, const struct message_desc *d, uint64_t passed)
{
	int fds[MESSAGE_CAPS_MAX];
	unsigned count = 0;

	for (unsigned i = 0; i < d->accept_count && i < passed; i++) {
		if (d->landed[i] >= 0)
			fds[count++] = d->landed[i];
	}
	if (count)
		control_add(c, SCM_RIGHTS, fds, count * sizeof(int));
	return count == passed;
}

static bool wants_credentials(int fd)
{
	socklen_t length = sizeof(int);
	int on = 0, saved = errno;

	if (getsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, &length))
		errno = saved;
	return on;
}

/* Fills in all of *M but the data. Nobody but connected sockets can have sent, so no name is told. */
static void deliver(int fd, struct msghdr *m, const struct message_desc *d, const struct os_words *w)
{
	struct control control = {m, 0};

	m->msg_flags = (int)w->w[1];
	if (m->msg_name)
		posix_socket_address("", 0, m->msg_name, &m->msg_namelen);
	if (!take_rights(&control, d, w->w[2]))
		m->msg_flags |= MSG_CTRUNC;
	if (m->msg_control && m->msg_controllen && wants_credentials(fd)) {
		struct ucred cred = {(pid_t)w->w[3], (uid_t)w->w[4], (gid_t)w->w[5]};

		if (!control_add(&control, SCM_CREDENTIALS, &cred, sizeof(cred)))
			m->msg_flags |= MSG_CTRUNC;
	}
	m->msg_controllen = control.used;
}

static int64_t receive(int fd, struct msghdr *m, int flags)
{
	struct os_words w = {{SOCK_RECV, (unsigned)flags}};
	message_room d;
	int64_t r;

	memset(&d.desc, 0, sizeof(d.desc));
	r = add_pieces(&d, m);
	if (r < 0)
		return r;
	w.w[2] = (uint64_t)r;
	d.desc.receive_count = (uint16_t)m->msg_iovlen;
	d.desc.accept_count = posix_files_max ? (uint8_t)rights_room(m) : 0;
	d.desc.land_flags = flags & MSG_CMSG_CLOEXEC ? SLOT_CLOEXEC : 0;
	d.desc.land_max = posix_files_max ? posix_files_max - 1 : 0;
	r = posix_socket_result(posix_send_cancel((cap_t)fd, &w, &d.desc));
	if (r >= 0)
		deliver(fd, m, &d.desc, &w);
	return r;
}

/* The pieces of FROM without their first DONE bytes. How many there are. */
static size_t pieces_left(struct iovec *to, const struct msghdr *from, size_t done)
{
	size_t count = 0;

	for (size_t i = 0; i < from->msg_iovlen; i++) {
		struct iovec piece = from->msg_iov[i];
		size_t skip = done < piece.iov_len ? done : piece.iov_len;

		done -= skip;
		if (skip == piece.iov_len)
			continue;
		to[count++] = (struct iovec){(char *)piece.iov_base + skip, piece.iov_len - skip};
	}
	return count;
}

/* MSG_WAITALL: asks for the rest until it is there, or no more comes. Answers how much is there. */
static int64_t wait_for_all(int fd, const struct msghdr *m, int flags, int64_t have)
{
	struct iovec pieces[MESSAGE_PIECES_MAX];
	struct msghdr rest = {.msg_iov = pieces};
	int64_t r = have;

	while (r > 0) {
		rest.msg_iovlen = pieces_left(pieces, m, (size_t)have);
		if (rest.msg_iovlen == 0)
			break;
		r = receive(fd, &rest, flags);
		if (r > 0)
			have += r;
	}
	return have;
}

ssize_t recvmsg(int fd, struct msghdr *m, int flags)
{
	int64_t r = posix_is_fd(fd) ? receive(fd, m, flags) : -EBADF;

	if (r > 0 && (flags & MSG_WAITALL) && !(flags & (MSG_PEEK | MSG_DONTWAIT)))
		r = wait_for_all(fd, m, flags, r);
	return posix_result(r);
}

ssize_t recvfrom(int fd, void *restrict data, size_t length, int flags, struct sockaddr *restrict address,
		 socklen_t *restrict address_length)
{
	struct iovec piece = {data, length};
	struct msghdr m = {
	    .msg_name = address, .msg_namelen = address ? *address_length : 0, .msg_iov = &piece, .msg_iovlen = 1};
	ssize_t r = recvmsg(fd, &m, flags);

	if (r >= 0 && address)
		*address_length = m.msg_namelen;
	return r;
}

ssize_t recv(int fd, void *data, size_t length, int flags) { return recvfrom(fd, data, length, flags, NULL, NULL); }
