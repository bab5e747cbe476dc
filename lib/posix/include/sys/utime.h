/* SPDX-License-Identifier: 0BSD */
/* sys/utime.h: the old call that sets a file's times. */
#ifndef PARLEY_SYS_UTIME_H
#define PARLEY_SYS_UTIME_H

#include <sys/cdefs.h>
#include <sys/types.h>

struct utimbuf {
	time_t actime, modtime;
};

__BEGIN_DECLS
int utime(const char *path, const struct utimbuf *times);
__END_DECLS

#endif
