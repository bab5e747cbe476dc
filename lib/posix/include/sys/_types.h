/* SPDX-License-Identifier: 0BSD */
/* sys/_types.h: the types below POSIX's names. newlib's are for machines with 16 bits. */
#ifndef PARLEY_SYS__TYPES_H
#define PARLEY_SYS__TYPES_H

#define __need_size_t
#define __need_wint_t
#include <stddef.h>
#include <newlib.h>
#include <sys/config.h>
#include <machine/_types.h>

/* gcc's stddef.h makes a macro of this name. */
#undef __size_t
typedef __SIZE_TYPE__ __size_t;
typedef __PTRDIFF_TYPE__ _ssize_t;
typedef __PTRDIFF_TYPE__ __ssize_t;

/* Files. Names of devices and files fill 64 bits; so do offsets, and there is no other kind of
 * them. */
typedef long _off_t;
typedef long __off_t;
__extension__ typedef long long _off64_t;
typedef _off64_t __loff_t;
typedef long _fpos_t;
typedef unsigned long __dev_t;
typedef unsigned long __ino_t;
typedef unsigned int __mode_t;
typedef unsigned long __nlink_t;
typedef long __blkcnt_t;
typedef long __blksize_t;
typedef long __daddr_t;
typedef unsigned long __fsblkcnt_t;
typedef unsigned long __fsfilcnt_t;

/* Processes and users. */
typedef int __pid_t;
typedef unsigned int __uid_t;
typedef unsigned int __gid_t;
typedef unsigned int __id_t;
typedef int __key_t;

/* Time. newlib's headers want some of these as macros. */
#define _TIME_T_    long
#define _CLOCK_T_   long
#define _CLOCKID_T_ int
#define _TIMER_T_   unsigned long
typedef _TIME_T_ __time_t;
typedef _CLOCK_T_ __clock_t;
typedef _CLOCKID_T_ __clockid_t;
typedef _TIMER_T_ __timer_t;
typedef long __suseconds_t;
typedef unsigned int __useconds_t;

typedef unsigned short __sa_family_t;
typedef unsigned int __socklen_t;

/* The C library's own. */
typedef struct {
	int __count;
	union {
		wint_t __wch;
		unsigned char __wchb[4];
	} __value;
} _mbstate_t;
typedef void *_iconv_t;
typedef int __nl_item;
typedef __builtin_va_list __va_list;

#endif
