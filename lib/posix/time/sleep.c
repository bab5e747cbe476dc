/* SPDX-License-Identifier: 0BSD */
/* sleep.c: waiting for nothing but time: the kernel's sleep, and no message. */
#include <errno.h>
#include <time.h>
#include <unistd.h>
#include "posix/internal.h"
#include "posix/time.h"

/* 0, or EINTR when any handler ran: sleeping is never restarted. A cancellation point. */
static int sleep_until(uint64_t deadline_ns)
{
	struct __pthread *self = posix_self();
	int64_t r;

	self->handled = 0;
	posix_cancel_point();
	do {
		r = posix_window_call(os_call_rax(SYS_sleep, 0, 0), deadline_ns, 0, 0, 0, &self->handled);
	} while (r == -EINTR && !self->handled);
	posix_cancel_point();
	return (int)-r;
}

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *wanted, struct timespec *left)
{
	uint64_t deadline_ns, now_ns;
	int error;

	if (clock == CLOCK_THREAD_CPUTIME_ID || clock == CLOCK_PROCESS_CPUTIME_ID)
		return clock == CLOCK_PROCESS_CPUTIME_ID ? ENOTSUP : EINVAL;
	if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC && clock != CLOCK_BOOTTIME)
		return EINVAL;
	if (flags & TIMER_ABSTIME ? !posix_clock_deadline(clock, wanted, &deadline_ns)
				  : !posix_after(wanted, &deadline_ns))
		return EINVAL;
	error = sleep_until(deadline_ns);
	if (error == EINTR && left && !(flags & TIMER_ABSTIME)) {
		now_ns = os_now_ns();
		*left = posix_time_of(deadline_ns > now_ns ? deadline_ns - now_ns : 0);
	}
	return error;
}

int nanosleep(const struct timespec *wanted, struct timespec *left)
{
	return posix_zero(-clock_nanosleep(CLOCK_MONOTONIC, 0, wanted, left));
}

unsigned int sleep(unsigned int seconds)
{
	struct timespec t = {seconds, 0};

	if (clock_nanosleep(CLOCK_MONOTONIC, 0, &t, &t) == EINTR)
		return (unsigned)t.tv_sec + (t.tv_nsec >= (long)OS_S / 2);
	return 0;
}

int usleep(useconds_t us)
{
	struct timespec t = {us / 1000000, (long)(us % 1000000) * 1000};

	return nanosleep(&t, NULL);
}
