/* SPDX-License-Identifier: 0BSD */
/* select.c: poll, with sets of bits for lists. */
#include <errno.h>
#include <string.h>
#include <sys/select.h>
#include <sys/time.h>

#include "posix/fd/poll.h"

#define READ_EVENTS   (POLLIN | POLLRDNORM)
#define WRITE_EVENTS  (POLLOUT | POLLWRNORM)
#define EXCEPT_EVENTS POLLPRI
/* What makes a descriptor ready in the end: the operation would not block, it would fail. */
#define READ_READY  (READ_EVENTS | POLLHUP | POLLERR)
#define WRITE_READY (WRITE_EVENTS | POLLERR)

struct sets {
	fd_set *read, *write, *except;
};

static int is_in(int fd, const fd_set *set) { return set && FD_ISSET(fd, set); }

/* The list of all that are in a set. Answers how many. */
static nfds_t list_of(int count, const struct sets *sets, struct pollfd *list)
{
	nfds_t n = 0;

	for (int fd = 0; fd < count; fd++) {
		int events = (is_in(fd, sets->read) ? READ_EVENTS : 0) | (is_in(fd, sets->write) ? WRITE_EVENTS : 0) |
			     (is_in(fd, sets->except) ? EXCEPT_EVENTS : 0);

		if (events)
			list[n++] = (struct pollfd){.fd = fd, .events = (short)events};
	}
	return n;
}

static int64_t keep(int count, fd_set *set, const struct pollfd *list, nfds_t n, int asked, int ready)
{
	int64_t found = 0;

	if (!set)
		return 0;
	memset(set, 0, ((size_t)count + NFDBITS - 1) / NFDBITS * sizeof(__fd_mask));
	for (nfds_t i = 0; i < n; i++) {
		if ((list[i].events & asked) && (list[i].revents & ready)) {
			FD_SET(list[i].fd, set);
			found++;
		}
	}
	return found;
}

/* Leaves in the sets what is ready. Answers how many bits that are. */
static int64_t sets_from(int count, const struct sets *sets, const struct pollfd *list, nfds_t n)
{
	for (nfds_t i = 0; i < n; i++) {
		if (list[i].revents & POLLNVAL)
			return -EBADF;
	}
	return keep(count, sets->read, list, n, READ_EVENTS, READ_READY) +
	       keep(count, sets->write, list, n, WRITE_EVENTS, WRITE_READY) +
	       keep(count, sets->except, list, n, EXCEPT_EVENTS, POLLPRI);
}

/* A descriptor that has hung up is nothing new to who asks for writing alone: poll would say so at
 * once, and for ever. That is what it says elsewhere, too: nobody waits for such a descriptor. */
static int64_t select_until(int count, const struct sets *sets, uint64_t deadline_ns, const sigset_t *mask)
{
	struct pollfd list[FD_SETSIZE];
	int64_t r;
	nfds_t n;

	if (count < 0 || count > FD_SETSIZE)
		return -EINVAL;
	n = list_of(count, sets, list);
	r = posix_poll(list, n, deadline_ns, mask);
	return r < 0 ? r : sets_from(count, sets, list, n);
}

int pselect(int count, fd_set *restrict read, fd_set *restrict write, fd_set *restrict except,
	    const struct timespec *restrict timeout, const sigset_t *restrict mask)
{
	struct sets sets = {read, write, except};
	uint64_t deadline_ns;
	int r = posix_poll_deadline(timeout, &deadline_ns);

	return (int)posix_result(r ? r : select_until(count, &sets, deadline_ns, mask));
}

int select(int count, fd_set *restrict read, fd_set *restrict write, fd_set *restrict except,
	   struct timeval *restrict timeout)
{
	struct timespec ts;

	if (!timeout)
		return pselect(count, read, write, except, NULL, NULL);
	if (timeout->tv_sec < 0 || timeout->tv_usec < 0)
		return (int)posix_failed(-EINVAL);
	/* More than a second of microseconds is taken for what it is. */
	ts.tv_sec = timeout->tv_sec + timeout->tv_usec / 1000000;
	ts.tv_nsec = timeout->tv_usec % 1000000 * 1000;
	return pselect(count, read, write, except, &ts, NULL);
}
