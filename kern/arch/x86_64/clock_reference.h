/* SPDX-License-Identifier: 0BSD */
/* clock_reference.h: inside of clock calibration: counters whose rate is known. */
#pragma once

#include <stdint.h>

struct clock_reference {
	uint64_t hz;
	uint32_t mask;	   /* it counts up modulo mask + 1 */
	uint32_t interval; /* ticks to measure over: enough for 50 ppm or better, below half of mask */
	uint32_t (*read)(void);
};

/*
 * Each looks for its counter, starts it if need be, and checks that it moves; NULL when there is
 * none. After paging_init().
 */
const struct clock_reference *clock_reference_hpet(void);
const struct clock_reference *clock_reference_pit(void);
