/* SPDX-License-Identifier: 0BSD */
/* wait.c: waiting for signals: with handlers (sigsuspend, pause) and without (sigwait). */
#include <errno.h>
#include <time.h>
#include <unistd.h>
#include "posix/internal.h"
#include "posix/process.h"
#include "posix/signal.h"
#include "posix/time.h"

/* Waits for a handler to run, with `mask` meanwhile. The handler's mark is also what the window looks at, so
 * none that runs after the change of the mask is slept over. */
static int suspend(uint64_t mask)
{
	struct __pthread *self = posix_self();
	uint64_t old;

	self->handled = 0;
	posix_cancel_point();
	old = posix_mask_replace(mask);
	while (!self->handled)
		posix_window_call(os_call_rax(SYS_sleep, 0, 0), DEADLINE_FOREVER, 0, 0, 0, &self->handled);
	posix_mask_replace(old);
	posix_cancel_point();
	return posix_zero(-EINTR);
}

int sigsuspend(const sigset_t *mask) { return suspend(*mask & ~(SIGNALS_FOREVER | SIGNALS_OWN)); }

int pause(void) { return suspend(posix_self()->record->blocked); }

static int64_t wait_for(const sigset_t *set, siginfo_t *info, uint64_t deadline_ns)
{
	struct thread_record *record = posix_self()->record;
	uint64_t bits = *set & ~(SIGNALS_FOREVER | SIGNALS_OWN);
	struct os_words w = {{PROTO_WORD0(PROC_SIGNAL_WAIT, 0, 0), bits, deadline_ns}};
	int64_t r;

	record->waiting = bits;
	r = posix_send_cancel(CAP_SELF_PROCESS, &w, NULL);
	record->waiting = 0;
	if (r < 0)
		return r;
	posix_signal_info(info, &w);
	return info->si_signo;
}

int sigwaitinfo(const sigset_t *restrict set, siginfo_t *restrict info)
{
	siginfo_t own;

	return (int)posix_result(wait_for(set, info ? info : &own, DEADLINE_FOREVER));
}

int sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict info, const struct timespec *restrict timeout)
{
	uint64_t deadline_ns = DEADLINE_FOREVER;
	siginfo_t own;

	if (timeout && !posix_after(timeout, &deadline_ns))
		return posix_zero(-EINVAL);
	return (int)posix_result(wait_for(set, info ? info : &own, deadline_ns));
}

int sigwait(const sigset_t *restrict set, int *restrict sig)
{
	siginfo_t info;
	int64_t r;

	do {
		r = wait_for(set, &info, DEADLINE_FOREVER);
	} while (r == -EINTR);
	if (r < 0)
		return (int)-r;
	*sig = (int)r;
	return 0;
}
