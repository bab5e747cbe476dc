/* SPDX-License-Identifier: 0BSD */
/* poll.c: what is ready.
 *
 * Servers keep a mask of what is ready in each Connection, so asking is a system call for every 64
 * descriptors and no message. Only when nothing is ready and there is time, watch.c waits.
 */
#include "posix/fd/poll.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

#include <abi/poll.h>
#include <parley/clock.h>

#include "posix/signal.h"

#define ALWAYS (POLLERR | POLLHUP)
/* Servers tell of normal data alone. */
#define IN_BITS	 (POLLIN | POLLRDNORM)
#define OUT_BITS (POLLOUT | POLLWRNORM)
#define NS_PER_S 1000000000ull

uint32_t posix_poll_mask(short events)
{
	uint32_t mask = ALWAYS | ((unsigned short)events & (POLLPRI | POLLRDHUP));

	if (events & IN_BITS)
		mask |= POLLIN;
	if (events & OUT_BITS)
		mask |= POLLOUT;
	return mask;
}

static short events_of(uint32_t ready, short asked)
{
	uint32_t found = ready & (ALWAYS | POLLPRI | POLLRDHUP);

	if (ready & POLL_INVALID)
		return POLLNVAL;
	if (ready & POLL_HANGUP)
		return POLLHUP | POLLERR;
	if (ready & POLLIN)
		found |= (unsigned short)asked & IN_BITS;
	/* Nothing can be written to what has hung up. */
	if ((ready & POLLOUT) && !(ready & POLLHUP))
		found |= (unsigned short)asked & OUT_BITS;
	return (short)found;
}

static int64_t poll_part(struct pollfd *fds, unsigned count)
{
	struct poll_entry entry[POLL_ENTRIES_MAX] __attribute__((aligned(16)));
	int64_t hits, found = 0;

	for (unsigned i = 0; i < count; i++) {
		entry[i].slot = posix_is_fd(fds[i].fd) ? (cap_t)fds[i].fd : CAP_NONE;
		entry[i].mask = posix_poll_mask(fds[i].events);
	}
	hits = os_poll((uint64_t)entry, count);
	if (hits < 0)
		return hits;
	for (unsigned i = 0; i < count; i++) {
		fds[i].revents = 0;
		if (hits && fds[i].fd >= 0)
			fds[i].revents = events_of(entry[i].ready, fds[i].events);
		found += fds[i].revents != 0;
	}
	return found;
}

int64_t posix_poll_now(struct pollfd *fds, nfds_t count)
{
	int64_t found = 0;

	while (count > 0) {
		unsigned part = count < POLL_ENTRIES_MAX ? (unsigned)count : POLL_ENTRIES_MAX;
		int64_t r = poll_part(fds, part);

		if (r < 0)
			return r;
		found += r;
		fds += part;
		count -= part;
	}
	return found;
}

/* A handler that ran, whatever its SA_RESTART, ends the wait: but what is ready goes first. */
static int64_t until(struct pollfd *fds, nfds_t count, uint64_t deadline_ns)
{
	struct posix_thread *self = posix_self();

	for (;;) {
		int64_t found = posix_poll_now(fds, count), r;

		if (found || deadline_ns == DEADLINE_NOW)
			return found;
		if (self->handled)
			return -EINTR;
		r = posix_watch(fds, count, deadline_ns);
		if (r == -ETIMEDOUT)
			return posix_poll_now(fds, count);
		if (r < 0 && r != -EINTR)
			return r;
	}
}

int64_t posix_poll(struct pollfd *fds, nfds_t count, uint64_t deadline_ns, const sigset_t *mask)
{
	struct posix_thread *self = posix_self();
	sigset_t old;
	int64_t r;

	if (count > SLOT_OPEN_MAX)
		return -EINVAL;
	self->handled = 0;
	if (self->stop)
		posix_cancel_point();
	if (mask)
		posix_mask_swap(mask, &old);
	r = until(fds, count, deadline_ns);
	if (mask)
		posix_mask_swap(&old, NULL);
	if (r == -EINTR && self->stop)
		posix_cancel_point();
	return r;
}

int posix_poll_deadline(const struct timespec *timeout, uint64_t *deadline_ns)
{
	uint64_t now_ns, ns;

	*deadline_ns = DEADLINE_FOREVER;
	if (!timeout)
		return 0;
	if (timeout->tv_sec < 0 || timeout->tv_nsec < 0 || timeout->tv_nsec >= (long)NS_PER_S)
		return -EINVAL;
	if (timeout->tv_sec == 0 && timeout->tv_nsec == 0) {
		*deadline_ns = DEADLINE_NOW;
		return 0;
	}
	now_ns = os_now_ns();
	if (!__builtin_mul_overflow((uint64_t)timeout->tv_sec, NS_PER_S, &ns) &&
	    !__builtin_add_overflow(ns, (uint64_t)timeout->tv_nsec, &ns) && !__builtin_add_overflow(ns, now_ns, &ns))
		*deadline_ns = ns;
	return 0;
}

int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
	uint64_t deadline_ns;
	int r = posix_poll_deadline(timeout, &deadline_ns);

	return (int)posix_result(r ? r : posix_poll(fds, count, deadline_ns, mask));
}

int poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	struct timespec timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000000l};

	return ppoll(fds, count, timeout_ms < 0 ? NULL : &timeout, NULL);
}
