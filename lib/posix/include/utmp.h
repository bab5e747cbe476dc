/* SPDX-License-Identifier: 0BSD */
/* utmp.h: the older names of utmpx.h. */
#ifndef PARLEY_UTMP_H
#define PARLEY_UTMP_H

#include <utmpx.h>
#include <paths.h>

#define utmp	    utmpx
#define ut_name	    ut_user
#define ut_time	    ut_tv.tv_sec
#define UTMP_FILE   _PATH_UTMP
#define WTMP_FILE   _PATH_WTMP
#define UT_LINESIZE 32
#define UT_NAMESIZE 32
#define UT_HOSTSIZE 256
#define setutent    setutxent
#define endutent    endutxent
#define getutent    getutxent
#define getutid	    getutxid
#define getutline   getutxline
#define pututline   pututxline
#define utmpname    utmpxname
#define updwtmp	    updwtmpx

#endif
