/* SPDX-License-Identifier: 0BSD */
/* errno.h: newlib's, and the name by which the program was called. */
#ifndef PARLEY_ERRNO_H
#define PARLEY_ERRNO_H

#include_next <errno.h>

#if __GNU_VISIBLE
#ifdef __cplusplus
extern "C" {
#endif
extern char *program_invocation_name;	    /* argv[0] */
extern char *program_invocation_short_name; /* its last part */
#ifdef __cplusplus
}
#endif
#endif

#endif
