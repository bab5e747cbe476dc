/* SPDX-License-Identifier: 0BSD */
/* machine/time.h: the unit of clock(), which POSIX fixes. */
#ifndef PARLEY_MACHINE_TIME_H
#define PARLEY_MACHINE_TIME_H

#define _CLOCKS_PER_SEC_ 1000000

#endif
