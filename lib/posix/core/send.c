/* SPDX-License-Identifier: 0BSD */
/* send.c: sending a request, with the rules of signals. */
#include "posix/internal.h"

#include <errno.h>

/* window.S has it as a number. */
_Static_assert(EINTR == 4, "newlib's");

static const uint32_t never;

/* What has no name in POSIX: a server that died, or could not reach our memory. */
static inline int64_t posix_error(int64_t r) { return r > -POSIX_ERRNO_MAX ? r : -EIO; }

static inline int64_t send_until(cap_t slot, struct os_words *words, const struct message_desc *desc,
				 const uint32_t *stop)
{
	struct posix_thread *self = posix_self();
	uint64_t rax = os_call_rax(SYS_send, 0, slot);
	int64_t r;

	self->no_restart = 0;
	do {
		r = posix_window_send(rax, words, desc, DEADLINE_FOREVER, stop);
	} while (r == -EINTR && !self->no_restart && !*stop);
	return r >= 0 ? r : posix_error(r);
}

/* A message that a signal withdrew while it was queued has had no effect. */
int64_t posix_send(cap_t slot, struct os_words *words, const struct message_desc *desc)
{
	int64_t r;

	do {
		r = send_until(slot, words, desc, &never);
	} while (r == -EINTR);
	return r;
}

int64_t posix_send_wait(cap_t slot, struct os_words *words, const struct message_desc *desc)
{
	return send_until(slot, words, desc, &never);
}

int64_t posix_send_cancel(cap_t slot, struct os_words *words, const struct message_desc *desc)
{
	const uint32_t *stop = &posix_self()->stop;
	int64_t r = send_until(slot, words, desc, stop);

	if (r == -EINTR && *stop)
		posix_cancel_point();
	return r;
}

long posix_failed(int64_t error)
{
	errno = (int)-error;
	return -1;
}
