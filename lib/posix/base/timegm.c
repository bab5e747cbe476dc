/* SPDX-License-Identifier: 0BSD */
/* timegm.c: the calendar without time zones. */
#include <errno.h>
#include <time.h>

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
