/* SPDX-License-Identifier: 0BSD */
/* main.c: runs the suites that the command line names. */
#include "sys/kit.h"

#include <parley/start.h>

void os_main(void) { test_run_all(os_boot->cmdline); }
