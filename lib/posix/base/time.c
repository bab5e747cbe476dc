/* SPDX-License-Identifier: 0BSD */
/* time.c: times that are computed from others, and the older calls that set those of files. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <utime.h>

/* Days from 1 January 1970 to the first of March of YEAR: there a leap day is the last of a year.
 */
static long days_to_march(long year)
{
	long era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 - 719468;
}

/* As mktime, but the fields are in UTC. */
time_t timegm(struct tm *time)
{
	long months = (long)time->tm_year * 12 + time->tm_mon, year, month;
	time_t seconds;

	year = 1900 + (months >= 0 ? months : months - 11) / 12;
	month = months - (year - 1900) * 12;
	month -= 2; /* from March */
	if (month < 0) {
		month += 12;
		year--;
	}
	seconds = days_to_march(year) + (153 * month + 2) / 5 + (long)time->tm_mday - 1;
	seconds = seconds * 86400 + time->tm_hour * 3600l + time->tm_min * 60l + time->tm_sec;
	if (!gmtime_r(&seconds, time)) {
		errno = EOVERFLOW;
		return -1;
	}
	return seconds;
}

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
