/* SPDX-License-Identifier: 0BSD */
/* time.h: clocks and deadlines inside the library. All waits have deadlines of the monotonic clock in nanoseconds.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <time.h>
#include <sys/time.h>
#include <abi/message.h>
#include <parley/clock.h>
#include "posix/process.h"

static inline bool posix_time_valid(const struct timespec *t)
{
	return t->tv_nsec >= 0 && t->tv_nsec < (long)OS_S && t->tv_sec >= 0;
}

/* Nanoseconds of a valid time; what does not fit is for ever. */
static inline uint64_t posix_time_ns(const struct timespec *t)
{
	return (uint64_t)t->tv_sec > DEADLINE_FOREVER / OS_S - 1 ? DEADLINE_FOREVER
								 : (uint64_t)t->tv_sec * OS_S + (uint64_t)t->tv_nsec;
}

static inline struct timespec posix_time_of(uint64_t ns)
{
	return (struct timespec){(time_t)(ns / OS_S), (long)(ns % OS_S)};
}

static inline uint64_t posix_realtime_ns(void) { return posix_info->boot_realtime_ns + os_now_ns(); }

/* The deadline that is `timeout` away. False: the timeout is not valid. */
bool posix_after(const struct timespec *timeout, uint64_t *deadline_ns);
/* The deadline that is the time `at` of `clock`. False: either is not valid. */
bool posix_clock_deadline(clockid_t clock, const struct timespec *at, uint64_t *deadline_ns);

/* Processor time: of the caller's process, of a thread of it. */
struct posix_usage {
	uint64_t user_ns, system_ns, high_water_bytes, faults;
};
int64_t posix_usage_get(int who, struct posix_usage *usage);
