/* SPDX-License-Identifier: 0BSD */
/* arch_time.h: what portable code asks of clock and timer.
 *
 * Ticks are the TSC's. They are what the hot paths keep, since reading them is one instruction;
 * nanoseconds are what programs and deadlines are stated in. All CPUs' ticks are one clock.
 */
#pragma once

#include <abi/boot.h>
#include "arch/x86_64/clock.h"
#include "arch/x86_64/lapic.h"

static inline uint64_t arch_ticks(void) { return tsc_read(); }

/* A length of time in ticks, in ns. */
static inline uint64_t arch_ticks_to_ns(uint64_t ticks) { return clock_ticks_to_ns(ticks); }

/* A moment in ticks, in ns since boot. */
static inline uint64_t arch_moment_to_ns(uint64_t ticks) { return clock_tsc_to_ns(ticks); }

static inline uint64_t arch_time_now(void) { return clock_now_ns(); }

/* Lets the timer interrupt come at DEADLINE_NS (or somewhat before), in place of what was set
 * before; a deadline in the past interrupts at once. UINT64_MAX: no interrupt. */
static inline void arch_timer_set(uint64_t deadline_ns) { lapic_timer_set_tsc(clock_ns_to_tsc(deadline_ns)); }
