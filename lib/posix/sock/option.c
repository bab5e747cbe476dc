/* SPDX-License-Identifier: 0BSD */
/* option.c: options of sockets, which their server keeps. */
#include <string.h>
#include <sys/socket.h>

#include "socket.h"

int getsockopt(int fd, int level, int option, void *restrict value, socklen_t *restrict length)
{
	struct os_words w = {{SOCK_GETOPT, (unsigned)level, (unsigned)option}};
	posix_desc d;
	int64_t r;

	if (!posix_is_fd(fd))
		return (int)posix_failed(-EBADF);
	memset(&d.desc, 0, sizeof(d.desc));
	d.desc.receive_count = 1;
	d.desc.piece[0] = posix_piece(value, *length);
	r = posix_socket_result(posix_send((cap_t)fd, &w, &d.desc));
	if (r < 0)
		return (int)posix_failed(r);
	if ((uint64_t)r < *length)
		*length = (socklen_t)r;
	return 0;
}

int setsockopt(int fd, int level, int option, const void *value, socklen_t length)
{
	struct os_words w = {{SOCK_SETOPT, (unsigned)level, (unsigned)option}};
	posix_desc d;

	if (!posix_is_fd(fd))
		return (int)posix_failed(-EBADF);
	memset(&d.desc, 0, sizeof(d.desc));
	d.desc.send_count = length > 0;
	d.desc.piece[0] = posix_piece(value, length);
	return posix_zero(posix_socket_result(posix_send((cap_t)fd, &w, &d.desc)));
}

/* There is no data out of band. */
int sockatmark(int fd)
{
	int type;
	socklen_t length = sizeof(type);

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) ? -1 : 0;
}
