/* SPDX-License-Identifier: 0BSD */
/* clock.c: what time it is: read from the clock page, without a message.
 *
 * CLOCK_REALTIME is the monotonic clock and what the information page says the time was at its
 * beginning. The processor's time stamp counter is one clock for all processors.
 */
#include <errno.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <unistd.h>
#include "posix/internal.h"
#include "posix/time.h"

const struct boot_page *os_boot = (const struct boot_page *)LAYOUT_CLOCK;

static int64_t process_time(int who, struct timespec *t)
{
	struct posix_usage usage;
	int64_t r = posix_usage_get(who, &usage);

	if (r >= 0)
		*t = posix_time_of(usage.user_ns + usage.system_ns);
	return r;
}

int clock_gettime(clockid_t clock, struct timespec *t)
{
	uint64_t ns = os_now_ns();

	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE:
		ns += posix_info->boot_realtime_ns;
		break;
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_BOOTTIME:
		break;
	case CLOCK_PROCESS_CPUTIME_ID:
		return posix_zero(process_time(RUSAGE_SELF, t));
	case CLOCK_THREAD_CPUTIME_ID:
		return posix_zero(process_time(RUSAGE_THREAD, t));
	default:
		return posix_zero(-EINVAL);
	}
	*t = posix_time_of(ns);
	return 0;
}

int clock_getres(clockid_t clock, struct timespec *resolution)
{
	struct timespec now;

	if (clock_gettime(clock, &now) < 0)
		return -1;
	if (resolution)
		*resolution = (struct timespec){0, 1};
	return 0;
}

/* Nobody may set the clock: there is no message for it. */
int clock_settime(clockid_t clock, const struct timespec *t)
{
	if (clock != CLOCK_REALTIME || !posix_time_valid(t))
		return posix_zero(-EINVAL);
	return posix_zero(-EPERM);
}

time_t time(time_t *t)
{
	time_t now = (time_t)(posix_realtime_ns() / OS_S);

	if (t)
		*t = now;
	return now;
}

int clock_getcpuclockid(pid_t pid, clockid_t *clock)
{
	if (pid && pid != (pid_t)posix_info->pid)
		return EPERM;
	*clock = CLOCK_PROCESS_CPUTIME_ID;
	return 0;
}

/* ---- processor time ---- */

int64_t posix_usage_get(int who, struct posix_usage *usage)
{
	struct os_words w = {{PROTO_WORD0(PROC_USAGE, 0, 0), (uint64_t)(int64_t)who}};
	int64_t r = posix_send(CAP_SELF_PROCESS, &w, NULL);

	if (r >= 0)
		*usage = (struct posix_usage){w.w[1], w.w[2], w.w[3], w.w[4]};
	return r;
}

clock_t times(struct tms *t)
{
	const uint64_t tick_ns = OS_S / (uint64_t)sysconf(_SC_CLK_TCK);
	struct posix_usage own, children;
	int64_t r = posix_usage_get(RUSAGE_SELF, &own);

	if (r >= 0)
		r = posix_usage_get(RUSAGE_CHILDREN, &children);
	if (r < 0)
		return (clock_t)posix_failed(r);
	*t = (struct tms){.tms_utime = (clock_t)(own.user_ns / tick_ns),
			  .tms_stime = (clock_t)(own.system_ns / tick_ns),
			  .tms_cutime = (clock_t)(children.user_ns / tick_ns),
			  .tms_cstime = (clock_t)(children.system_ns / tick_ns)};
	return (clock_t)(os_now_ns() / tick_ns);
}

/* ---- deadlines ---- */

static uint64_t sum(uint64_t a, uint64_t b) { return a + b < a ? DEADLINE_FOREVER : a + b; }

bool posix_after(const struct timespec *timeout, uint64_t *deadline_ns)
{
	if (!posix_time_valid(timeout))
		return false;
	*deadline_ns = sum(os_now_ns(), posix_time_ns(timeout));
	return true;
}

bool posix_clock_deadline(clockid_t clock, const struct timespec *at, uint64_t *deadline_ns)
{
	uint64_t ns, boot_ns = posix_info->boot_realtime_ns;

	if (at->tv_nsec < 0 || at->tv_nsec >= (long)OS_S)
		return false;
	ns = at->tv_sec < 0 ? 0 : posix_time_ns(at);
	if (clock == CLOCK_REALTIME)
		ns = ns == DEADLINE_FOREVER ? ns : ns > boot_ns ? ns - boot_ns : 1;
	else if (clock != CLOCK_MONOTONIC && clock != CLOCK_BOOTTIME)
		return false;
	*deadline_ns = ns ? ns : 1; /* 0 would be DEADLINE_NOW */
	return true;
}
