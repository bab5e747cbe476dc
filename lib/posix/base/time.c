/* SPDX-License-Identifier: 0BSD */
/* time.c: the older calls that ask for the time, and those that set the times of files. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <utime.h>

clock_t clock(void)
{
	struct timespec used;

	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used))
		return -1;
	return used.tv_sec * CLOCKS_PER_SEC + used.tv_nsec / (1000000000 / CLOCKS_PER_SEC);
}

int timespec_get(struct timespec *time, int base)
{
	return base == TIME_UTC && !clock_gettime(CLOCK_REALTIME, time) ? base : 0;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now))
		return -1;
	if (zone)
		*(struct timezone *)zone = (struct timezone){0};
	time->tv_sec = now.tv_sec;
	time->tv_usec = now.tv_nsec / 1000;
	return 0;
}

int settimeofday(const struct timeval *time, const struct timezone *zone)
{
	struct timespec now = {time->tv_sec, time->tv_usec * 1000};

	(void)zone;
	return clock_settime(CLOCK_REALTIME, &now);
}

int stime(const time_t *time)
{
	struct timespec now = {*time, 0};

	return clock_settime(CLOCK_REALTIME, &now);
}

/* Microseconds into nanoseconds. No times at all mean now. */
static const struct timespec *precise(struct timespec to[2], const struct timeval from[2])
{
	if (!from)
		return NULL;
	for (int i = 0; i < 2; i++) {
		to[i].tv_sec = from[i].tv_sec;
		to[i].tv_nsec = from[i].tv_usec < 1000000 ? from[i].tv_usec * 1000 : -1;
	}
	return to;
}

int futimesat(int dir, const char *path, const struct timeval times[2])
{
	struct timespec exact[2];

	return utimensat(dir, path, precise(exact, times), 0);
}
