/* SPDX-License-Identifier: 0BSD */
/* start.c: what start.S needs in C. */
#include <parley/start.h>
#include <parley/syscall.h>

const struct boot_page *os_boot;

void os_end(void);

void os_end(void) { os_exit(); }
