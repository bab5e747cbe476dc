/* SPDX-License-Identifier: 0BSD */
/* alarm.c: the three interval timers of a process, which `sys` keeps. */
#include <errno.h>
#include <sys/time.h>
#include <unistd.h>
#include "posix/internal.h"
#include "posix/time.h"

static uint64_t timeval_ns(const struct timeval *t)
{
	return (uint64_t)t->tv_sec * OS_S + (uint64_t)t->tv_usec * OS_US;
}

/* Rounded up, so that what is left is never nothing. */
static struct timeval timeval_of(uint64_t ns)
{
	uint64_t us = (ns + OS_US - 1) / OS_US;

	return (struct timeval){(time_t)(us / 1000000), (suseconds_t)(us % 1000000)};
}

static bool valid(const struct timeval *t)
{
	return t->tv_sec >= 0 && (uint64_t)t->tv_sec < DEADLINE_FOREVER / OS_S / 2 && t->tv_usec >= 0 &&
	       t->tv_usec < 1000000;
}

/* Sets a timer that is `ns` away (0: off) and answers what was left of the one before. Virtual
 * times count from now as well. */
static int64_t set(int which, uint64_t ns, uint64_t period_ns, struct os_words *w)
{
	uint64_t deadline_ns = !ns ? 0 : which == ITIMER_REAL ? os_in_ns(ns) : ns;

	*w = (struct os_words){{PROTO_WORD0(PROC_ALARM, 0, 0), (uint64_t)which, deadline_ns, period_ns}};
	return posix_send(CAP_SELF_PROCESS, w, NULL);
}

/* Asks without setting. */
static int64_t get(int which, struct os_words *w)
{
	*w = (struct os_words){{PROTO_WORD0(PROC_ALARM, ALARM_ASK, 0), (uint64_t)which}};
	return posix_send(CAP_SELF_PROCESS, w, NULL);
}

static bool known(int which) { return which == ITIMER_REAL || which == ITIMER_VIRTUAL || which == ITIMER_PROF; }

static int answer(int64_t r, const struct os_words *w, struct itimerval *t)
{
	if (r >= 0 && t)
		*t = (struct itimerval){timeval_of(w->w[2]), timeval_of(w->w[1])};
	return posix_zero(r);
}

int setitimer(int which, const struct itimerval *restrict value, struct itimerval *restrict old)
{
	struct os_words w;

	if (!known(which) || !valid(&value->it_value) || !valid(&value->it_interval))
		return posix_zero(-EINVAL);
	return answer(set(which, timeval_ns(&value->it_value), timeval_ns(&value->it_interval), &w), &w, old);
}

int getitimer(int which, struct itimerval *value)
{
	struct os_words w;

	if (!known(which))
		return posix_zero(-EINVAL);
	return answer(get(which, &w), &w, value);
}

unsigned int alarm(unsigned int seconds)
{
	struct os_words w;

	if (set(ITIMER_REAL, seconds * OS_S, 0, &w) < 0)
		return 0;
	return (unsigned)((w.w[1] + OS_S - 1) / OS_S);
}

useconds_t ualarm(useconds_t us, useconds_t period_us)
{
	struct os_words w;

	if (set(ITIMER_REAL, us * OS_US, period_us * OS_US, &w) < 0)
		return (useconds_t)posix_failed(-EINVAL);
	return (useconds_t)((w.w[1] + OS_US - 1) / OS_US);
}
