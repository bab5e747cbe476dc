/* SPDX-License-Identifier: 0BSD */
/* control.c: fcntl and ioctl. */
#include "posix/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "posix/fd/lock.h"
#include "posix/fd/slots.h"
#include "posix/process.h"

/* What F_SETFL can change; access mode and the flags of opening stay. */
#define STATUS_FLAGS (O_APPEND | O_NONBLOCK)

static int64_t set_fd_flags(int fd, int flags)
{
	if (!posix_is_fd(fd))
		return -EBADF;
	return os_cspace_flags(CAP_SELF_CSPACE, (cap_t)fd, posix_flags_to_slot(flags)) < 0 ? -EBADF : 0;
}

static int64_t get_status(int fd)
{
	struct os_words w = {{FILE_GETFLAGS}};
	int64_t r = posix_is_fd(fd) ? posix_send((cap_t)fd, &w, NULL) : -EBADF;

	return r < 0 ? r : (int64_t)w.w[1];
}

static int64_t set_status(int fd, int flags)
{
	struct os_words w = {{FILE_SETFLAGS, (unsigned)flags & STATUS_FLAGS}};

	return posix_is_fd(fd) ? posix_send((cap_t)fd, &w, NULL) : -EBADF;
}

static int64_t control(int fd, int command, va_list args)
{
	switch (command) {
	case F_DUPFD:
		return posix_slot_copy(fd, va_arg(args, int), 0);
	case F_DUPFD_CLOEXEC:
		return posix_slot_copy(fd, va_arg(args, int), SLOT_CLOEXEC);
	case F_DUPFD_CLOFORK:
		return posix_slot_copy(fd, va_arg(args, int), SLOT_CLOFORK);
	case F_GETFD: {
		int64_t flags = posix_slot_flags(fd);

		return flags < 0 ? flags : posix_flags_from_slot((unsigned)flags);
	}
	case F_SETFD:
		return set_fd_flags(fd, va_arg(args, int));
	case F_GETFL:
		return get_status(fd);
	case F_SETFL:
		return set_status(fd, va_arg(args, int));
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
	case F_OFD_GETLK:
	case F_OFD_SETLK:
	case F_OFD_SETLKW:
		return posix_lock_control(fd, command, va_arg(args, struct flock *));
	default:
		return -EINVAL;
	}
}

int fcntl(int fd, int command, ...)
{
	va_list args;
	int64_t r;

	va_start(args, command);
	r = control(fd, command, args);
	va_end(args);
	return (int)posix_result(r);
}

/* ---- ioctl -------------------------------------------------------------------------------------
 */

/* What travels with a request: nothing, the argument itself, or so many bytes where it points. */
struct request_kind {
	bool value;
	uint16_t in_bytes, out_bytes; /* to the server, from it */
};

/* Requests that are older than numbers which say so themselves. */
static struct request_kind kind_of(unsigned request)
{
	switch (request) {
	case TCGETS:
		return (struct request_kind){.out_bytes = sizeof(struct termios)};
	case TCSETS:
	case TCSETSW:
	case TCSETSF:
		return (struct request_kind){.in_bytes = sizeof(struct termios)};
	case TIOCGWINSZ:
		return (struct request_kind){.out_bytes = sizeof(struct winsize)};
	case TIOCSWINSZ:
		return (struct request_kind){.in_bytes = sizeof(struct winsize)};
	case TIOCGPGRP:
	case TIOCGSID:
	case TIOCOUTQ:
	case TIOCMGET:
	case FIONREAD:
		return (struct request_kind){.out_bytes = sizeof(int)};
	case TIOCSPGRP:
	case TIOCMBIS:
	case TIOCMBIC:
	case TIOCMSET:
	case FIOASYNC:
		return (struct request_kind){.in_bytes = sizeof(int)};
	case TIOCSTI:
		return (struct request_kind){.in_bytes = 1};
	default:
		break;
	}
	if (request >> 30 == 0)
		return (struct request_kind){.value = true};
	return (struct request_kind){
	    .in_bytes = request >> 30 & 1 ? request >> 16 & 0x3fff : 0,
	    .out_bytes = request >> 31 & 1 ? request >> 16 & 0x3fff : 0,
	};
}

static int64_t send_control(int fd, unsigned request, void *argument)
{
	struct request_kind kind = kind_of(request);
	struct os_words w = {{FILE_CONTROL, request, kind.value ? (uint64_t)argument : 0}};
	struct message_desc *m;
	posix_desc d;

	m = &d.desc;
	memset(m, 0, sizeof(*m));
	m->send_count = kind.in_bytes > 0;
	m->receive_count = kind.out_bytes > 0;
	if (kind.in_bytes)
		m->piece[0] = posix_piece(argument, kind.in_bytes);
	if (kind.out_bytes)
		m->piece[m->send_count] = posix_piece(argument, kind.out_bytes);
	return posix_send_wait((cap_t)fd, &w, m);
}

/* Those that other calls have, too, and that are no business of the object behind. */
static int64_t change_flags(int fd, unsigned request, const int *on)
{
	int64_t flags;

	switch (request) {
	case FIOCLEX:
	case FIONCLEX:
		flags = posix_slot_flags(fd);
		if (flags < 0)
			return flags;
		flags = posix_flags_from_slot((unsigned)flags) & ~FD_CLOEXEC;
		return set_fd_flags(fd, (int)flags | (request == FIOCLEX ? FD_CLOEXEC : 0));
	default: /* FIONBIO */
		flags = get_status(fd);
		if (flags < 0)
			return flags;
		return set_status(fd, (int)(flags & ~O_NONBLOCK) | (*on ? O_NONBLOCK : 0));
	}
}

int ioctl(int fd, unsigned long request, ...)
{
	unsigned number = (unsigned)request;
	void *argument;
	va_list args;
	int64_t r;

	va_start(args, request);
	argument = va_arg(args, void *);
	va_end(args);
	if (!posix_is_fd(fd))
		r = -EBADF;
	else if (number == FIOCLEX || number == FIONCLEX || number == FIONBIO)
		r = change_flags(fd, number, argument);
	else
		r = send_control(fd, number, argument);
	return (int)posix_result(r);
}
