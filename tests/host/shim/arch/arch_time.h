/* SPDX-License-Identifier: 0BSD */
/* arch_time.h: a clock that tests turn by hand. A tick is a nanosecond. */
#pragma once

#include <stdint.h>

extern uint64_t shim_now_ns;
extern uint64_t shim_timer_ns;	/* what the hardware timer is set to */
extern uint64_t shim_timer_set; /* how often it was set */

static inline uint64_t arch_ticks(void) { return shim_now_ns; }

static inline uint64_t arch_ticks_to_ns(uint64_t ticks) { return ticks; }

static inline uint64_t arch_moment_to_ns(uint64_t ticks) { return ticks; }

static inline uint64_t arch_time_now(void) { return shim_now_ns; }

static inline void arch_timer_set(uint64_t deadline_ns)
{
	shim_timer_ns = deadline_ns;
	shim_timer_set++;
}
