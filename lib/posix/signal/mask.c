/* SPDX-License-Identifier: 0BSD */
/* mask.c: which signals a thread lets through.
 *
 * The mask is a word in the thread's record. `sys` makes a signal pending first and then reads masks;
 * here the mask is stored first and then it is looked at what is pending. So one of both sees the other, and
 * a message is sent only when there is something to be delivered.
 */
#include <errno.h>
#include <parley/message.h>
#include "posix/internal.h"
#include "posix/process.h"
#include "posix/signal.h"

static uint64_t pending(const struct thread_record *record)
{
	return *(const volatile uint64_t *)&record->pending | posix_info->pending;
}

uint64_t posix_mask_replace(uint64_t mask)
{
	struct thread_record *record = posix_self()->record;
	uint64_t old = record->blocked;

	mask &= ~SIGNALS_FOREVER;
	if (!(old & ~mask)) {
		*(volatile uint64_t *)&record->blocked = mask;
		return old;
	}
	__atomic_exchange_n(&record->blocked, mask, __ATOMIC_SEQ_CST);
	if (pending(record) & ~mask) {
		struct os_words w = {{PROTO_WORD0(PROC_SIGNAL_POLL, 0, 0)}};

		while (os_send_words(CAP_SELF_PROCESS, &w) == -EINTR)
			w = (struct os_words){{PROTO_WORD0(PROC_SIGNAL_POLL, 0, 0)}};
	}
	return old;
}

uint64_t posix_mask_all(void) { return posix_mask_replace(SIGNALS_ALL); }

int pthread_sigmask(int how, const sigset_t *restrict set, sigset_t *restrict old)
{
	uint64_t mask = posix_self()->record->blocked, before = mask;

	if (set) {
		uint64_t bits = *set & ~(SIGNALS_FOREVER | SIGNALS_OWN);

		switch (how) {
		case SIG_BLOCK:
			mask |= bits;
			break;
		case SIG_UNBLOCK:
			mask &= ~bits;
			break;
		case SIG_SETMASK:
			mask = bits;
			break;
		default:
			return EINVAL;
		}
		posix_mask_replace(mask);
	}
	if (old)
		*old = before;
	return 0;
}

int sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict old)
{
	return posix_zero(-pthread_sigmask(how, set, old));
}

int posix_mask_swap(const sigset_t *set, sigset_t *old) { return pthread_sigmask(SIG_SETMASK, set, old); }

int sigpending(sigset_t *set)
{
	const struct thread_record *record = posix_self()->record;

	*set = pending(record) & record->blocked;
	return 0;
}
