/* SPDX-License-Identifier: 0BSD */
/* start.c: what start.S needs in C. */
#include <parley/debug.h>
#include <parley/start.h>
#include <parley/syscall.h>

const struct boot_page *os_boot;
const cap_t os_system = BOOT_SLOT_SYSTEM;

void os_end(void);

void os_end(void) { os_exit(); }
