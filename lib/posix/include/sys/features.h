/* SPDX-License-Identifier: 0BSD */
/* sys/features.h: which parts of POSIX there are, and how newlib is built. Included before all
 * else. */
#ifndef PARLEY_SYS_FEATURES_H
#define PARLEY_SYS_FEATURES_H

#include_next <sys/features.h>

/* What newlib's own headers ask. */
#define _READ_WRITE_RETURN_TYPE	 __PTRDIFF_TYPE__
#define _READ_WRITE_BUFSIZE_TYPE __SIZE_TYPE__
#define __TM_GMTOFF		 tm_gmtoff
#define __TM_ZONE		 tm_zone

/* unistd.h: each stands for functions that lib/posix has. */
#define _POSIX_VERSION			  200809L
#define _POSIX2_VERSION			  200809L
#define _XOPEN_VERSION			  700
#define _XOPEN_UNIX			  1
#define _POSIX_ADVISORY_INFO		  200809L
#define _POSIX_BARRIERS			  200809L
#define _POSIX_CHOWN_RESTRICTED		  1
#define _POSIX_CLOCK_SELECTION		  200809L
#define _POSIX_CPUTIME			  200809L
#define _POSIX_FSYNC			  200809L
#define _POSIX_JOB_CONTROL		  1
#define _POSIX_MAPPED_FILES		  200809L
#define _POSIX_MEMORY_PROTECTION	  200809L
#define _POSIX_MONOTONIC_CLOCK		  200809L
#define _POSIX_NO_TRUNC			  1
#define _POSIX_READER_WRITER_LOCKS	  200809L
#define _POSIX_REALTIME_SIGNALS		  200809L
#define _POSIX_REGEXP			  1
#define _POSIX_SAVED_IDS		  1
#define _POSIX_SEMAPHORES		  200809L
#define _POSIX_SHELL			  1
#define _POSIX_SPAWN			  200809L
#define _POSIX_SPIN_LOCKS		  200809L
#define _POSIX_THREADS			  200809L
#define _POSIX_THREAD_ATTR_STACKADDR	  200809L
#define _POSIX_THREAD_ATTR_STACKSIZE	  200809L
#define _POSIX_THREAD_CPUTIME		  200809L
#define _POSIX_THREAD_PRIORITY_SCHEDULING 200809L
#define _POSIX_THREAD_PRIO_INHERIT	  200809L
#define _POSIX_THREAD_PRIO_PROTECT	  200809L
#define _POSIX_THREAD_PROCESS_SHARED	  200809L
#define _POSIX_THREAD_SAFE_FUNCTIONS	  200809L
#define _POSIX_TIMEOUTS			  200809L
#define _POSIX_TIMERS			  200809L
#define _POSIX_VDISABLE			  '\0'
#define _UNIX98_THREAD_MUTEX_ATTRIBUTES	  1

/* wchar_t is Unicode. */
#define __STDC_ISO_10646__ 201806L

#endif
