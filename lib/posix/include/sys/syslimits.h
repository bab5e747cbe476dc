/* SPDX-License-Identifier: 0BSD */
/* sys/syslimits.h: the numbers of limits.h that are the system's. */
#ifndef PARLEY_SYS_SYSLIMITS_H
#define PARLEY_SYS_SYSLIMITS_H

#define ARG_MAX			      (2 << 20) /* bytes of arguments and environment of an exec */
#define CHILD_MAX		      1024
#define LINK_MAX		      65535
#define MAX_CANON		      255
#define MAX_INPUT		      255
#define NAME_MAX		      255
#define NGROUPS_MAX		      32
#define OPEN_MAX		      1024
#define PATH_MAX		      4096
#define PIPE_BUF		      4096
#define IOV_MAX			      1024
#define SYMLOOP_MAX		      40
#define SYMLINK_MAX		      4095
#define FILESIZEBITS		      64
#define HOST_NAME_MAX		      64
#define LOGIN_NAME_MAX		      256
#define TTY_NAME_MAX		      32
#define RTSIG_MAX		      32
#define SIGQUEUE_MAX		      256
#define SEM_VALUE_MAX		      0x7fffffff
#define TIMER_MAX		      32
#define DELAYTIMER_MAX		      0x7fffffff
#define NZERO			      20
#define SSIZE_MAX		      __LONG_MAX__

#define PTHREAD_KEYS_MAX	      128
#define PTHREAD_STACK_MIN	      16384
#define PTHREAD_DESTRUCTOR_ITERATIONS 4

#define BC_BASE_MAX		      99
#define BC_DIM_MAX		      2048
#define BC_SCALE_MAX		      99
#define BC_STRING_MAX		      1000
#define COLL_WEIGHTS_MAX	      0
#define CHARCLASS_NAME_MAX	      14
#define EXPR_NEST_MAX		      32
#define LINE_MAX		      2048
#define RE_DUP_MAX		      255

#endif
