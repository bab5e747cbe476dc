/* SPDX-License-Identifier: 0BSD */
/* clock.h: the time of the server that is fuzzed, made up by sys.c. */
#pragma once

#include <stdint.h>

uint64_t os_now_ns(void);

static inline uint64_t os_in_ns(uint64_t ns) { return os_now_ns() + ns; }

#define OS_US 1000ull
#define OS_MS 1000000ull
#define OS_S  1000000000ull
