/* SPDX-License-Identifier: 0BSD */
/* clock.h: the time of day. */
#pragma once

#include "main/sys.h"

/* Reads the battery clock. */
void clock_init(void);
/* Nanoseconds since 1970 when the monotonic clock was 0. 0: the machine does not tell. */
uint64_t clock_boot_realtime_ns(void);
