/* SPDX-License-Identifier: 0BSD */
/* tls.c: a thread-local buffer of newlib 4.5 that its headers declare and nobody defines. */
#include <sys/reent.h>

_Thread_local char _tls_getlocalename_l_buf[32];
