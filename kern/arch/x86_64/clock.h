/* SPDX-License-Identifier: 0BSD */
/* clock.h: time: the TSC, scaled to nanoseconds since boot.
 *
 * The rate comes from CPUID leaf 15h (or the hypervisor's leaf) where it is stated, else from
 * measuring against HPET or PIT, in this order of trust.  Conversion is one
 * 64x64->128 bit multiplication and a shift, no division, and saturates.  All CPUs' TSCs are taken
 * as one clock; smp.c checks that. Source: Intel SDM vol.3 18.17 (TSC, 18.7.3 rates);
 * IA-PC HPET 1.0a.
 */
#pragma once

#include <abi/boot.h>
#include "arch/x86_64/insn.h"

/* value * mult >> shift, in 128 bits */
struct clock_scale {
	uint64_t mult;
	uint32_t shift;
};

/* The scale that turns counts of one clock into counts of another; both rates > 0 and < 2^62. */
struct clock_scale clock_scale_make(uint64_t from_hz, uint64_t to_hz);

/* Constant after clock_init(); programs get a copy. */
extern struct boot_clock clock;

/* Time 0 is now. Bootstrap CPU, first thing. */
void clock_start(void);

/* Finds the rates of TSC and local APIC timer; takes some 20 ms. After lapic_init(). Never fails.
 */
void clock_init(void);

static inline uint64_t clock_scale_apply(struct clock_scale scale, uint64_t value)
{
	unsigned __int128 wide = (unsigned __int128)value * scale.mult >> scale.shift;

	return wide >> 64 ? UINT64_MAX : (uint64_t)wide;
}

/* A length of time. */
static inline uint64_t clock_ticks_to_ns(uint64_t ticks)
{
	return clock_scale_apply((struct clock_scale){clock.to_ns_mult, clock.to_ns_shift}, ticks);
}

static inline uint64_t clock_ns_to_ticks(uint64_t ns)
{
	return clock_scale_apply((struct clock_scale){clock.to_tsc_mult, clock.to_tsc_shift}, ns);
}

/* Absolute TSC value to absolute ns; a value before boot counts as 0. Monotonic. */
static inline uint64_t clock_tsc_to_ns(uint64_t tsc)
{
	return tsc > clock.tsc_base ? clock_ticks_to_ns(tsc - clock.tsc_base) : 0;
}

/*
 * Absolute ns to absolute TSC value, rounded up, so that at the returned TSC value clock_now_ns()
 * has reached `ns`.  Saturates at UINT64_MAX, which stands for never.
 */
static inline uint64_t clock_ns_to_tsc(uint64_t ns)
{
	uint64_t ticks = clock_ns_to_ticks(ns);

	return ticks >= UINT64_MAX - 2 - clock.tsc_base ? UINT64_MAX : ticks + 2 + clock.tsc_base;
}

/* Monotonic ns since boot. */
static inline uint64_t clock_now_ns(void) { return clock_tsc_to_ns(tsc_read()); }

/* Spins. For hardware that needs a pause, at boot; ns <= 1 s. After clock_init(). */
void clock_spin_ns(uint64_t ns);
