/* SPDX-License-Identifier: 0BSD */
/* time.h: newlib's, and what it has only for others. */
#ifndef PARLEY_TIME_H
#define PARLEY_TIME_H

#include_next <time.h>

#define TIME_UTC 1

__BEGIN_DECLS
/* newlib has these variables under names of its own. */
extern long timezone __asm__("_timezone");
extern int daylight __asm__("_daylight");

char *strptime(const char *__restrict text, const char *__restrict format, struct tm *__restrict time);
int stime(const time_t *time);
time_t timegm(struct tm *time);
int timespec_get(struct timespec *time, int base);
int clock_getcpuclockid(pid_t pid, clockid_t *clock);
__END_DECLS

#endif
