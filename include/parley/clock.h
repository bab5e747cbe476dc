/* SPDX-License-Identifier: 0BSD */
/* clock.h: the monotonic clock, read without a system call. */
#pragma once

#include <stdint.h>
#include <parley/start.h>

static inline uint64_t os_tsc(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

/* Nanoseconds since boot: what deadlines are compared with. */
static inline uint64_t os_now_ns(void)
{
	const struct boot_clock *c = &os_boot->clock;
	unsigned __int128 wide = (unsigned __int128)(os_tsc() - c->tsc_base) * c->to_ns_mult;

	return (uint64_t)(wide >> c->to_ns_shift);
}

/* A deadline that is `ns` away. */
static inline uint64_t os_in_ns(uint64_t ns) { return os_now_ns() + ns; }

#define OS_US 1000ull
#define OS_MS 1000000ull
#define OS_S  1000000000ull
