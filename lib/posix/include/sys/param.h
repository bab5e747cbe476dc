/* SPDX-License-Identifier: 0BSD */
/* sys/param.h: BSD's names for limits. */
#ifndef PARLEY_SYS_PARAM_H
#define PARLEY_SYS_PARAM_H

#include <limits.h>
#include <sys/types.h>
#include <endian.h>

#define NBBY	       8
#define NGROUPS	       NGROUPS_MAX
#define NOFILE	       OPEN_MAX
#define HZ	       100 /* ticks of times() a second */
#define MAXPATHLEN     PATH_MAX
#define MAXSYMLINKS    SYMLOOP_MAX
#define MAXHOSTNAMELEN HOST_NAME_MAX
#define MAXNAMLEN      NAME_MAX
#define NCARGS	       ARG_MAX
#define DEV_BSIZE      512

#ifndef MAX
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#endif
#ifndef MIN
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#endif
#ifndef howmany
#define howmany(x, y) (((x) + ((y)-1)) / (y))
#endif
#define roundup(x, y)  (howmany(x, y) * (y))
#define powerof2(x)    ((((x)-1) & (x)) == 0)
#define setbit(map, n) ((map)[(n) / NBBY] |= 1 << ((n) % NBBY))
#define clrbit(map, n) ((map)[(n) / NBBY] &= ~(1 << ((n) % NBBY)))
#define isset(map, n)  ((map)[(n) / NBBY] & (1 << ((n) % NBBY)))
#define isclr(map, n)  (!isset(map, n))

#endif
