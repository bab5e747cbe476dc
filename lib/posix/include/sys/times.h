/* SPDX-License-Identifier: 0BSD */
/* sys/times.h: processor time, in ticks of sysconf(_SC_CLK_TCK). */
#ifndef PARLEY_SYS_TIMES_H
#define PARLEY_SYS_TIMES_H

#include <sys/cdefs.h>
#include <sys/types.h>

struct tms {
	clock_t tms_utime, tms_stime, tms_cutime, tms_cstime;
};

__BEGIN_DECLS
clock_t times(struct tms *times);
__END_DECLS

#endif
