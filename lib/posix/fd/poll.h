/* SPDX-License-Identifier: 0BSD */
/* poll.h: waiting for descriptors: what poll and select share. */
#pragma once

#include <poll.h>

#include "posix/internal.h"

/* Waits until one of the entries has something, at most until the deadline, with the signal mask
 * *MASK meanwhile if it is not NULL. Fills in all revents. Answers how many have something, or
 * -errno. */
int64_t posix_poll(struct pollfd *fds, nfds_t count, uint64_t deadline_ns, const sigset_t *mask);

/* Asks once, without waiting. */
int64_t posix_poll_now(struct pollfd *fds, nfds_t count);

/* The bits of a server's ready mask that EVENTS asks for; those that are always told are among
 * them. */
uint32_t posix_poll_mask(short events);

/* ---- fd/watch.c --------------------------------------------------------------------------------
 */

/* Waits once for what the entries ask for, until the deadline or a signal. 0: ask again;
 * -ETIMEDOUT, -EINTR, or -EAGAIN when there is nothing to wait with. */
int64_t posix_watch(const struct pollfd *fds, nfds_t count, uint64_t deadline_ns);

/* A deadline out of a time from now on. -EINVAL if it is none. NULL: for ever. */
struct timespec;
int posix_poll_deadline(const struct timespec *timeout, uint64_t *deadline_ns);
