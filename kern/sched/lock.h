/* SPDX-License-Identifier: 0BSD */
/* lock.h: the kernel lock.
 *
 * One fair (ticket) lock around all of the kernel, taken at entry and dropped at exit and while
 * idle. A spinning CPU serves flush requests (mm/tlb.h), so that the holder may wait for it.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct kernel_lock {
	uint32_t next; /* accessed by atomic built-ins only */
	uint32_t owner;
};

extern struct kernel_lock kernel_lock;

void kernel_lock_spin(uint32_t ticket);

static inline void kernel_lock_take(void)
{
	uint32_t ticket = __atomic_fetch_add(&kernel_lock.next, 1, __ATOMIC_ACQUIRE);

	if (__builtin_expect(__atomic_load_n(&kernel_lock.owner, __ATOMIC_ACQUIRE) != ticket, 0))
		kernel_lock_spin(ticket);
}

static inline void kernel_lock_drop(void)
{
	__atomic_store_n(&kernel_lock.owner, kernel_lock.owner + 1, __ATOMIC_RELEASE);
}

/* Another CPU is spinning. Only the holder may ask. */
static inline bool kernel_lock_wanted(void)
{
	return __atomic_load_n(&kernel_lock.next, __ATOMIC_RELAXED) != kernel_lock.owner + 1;
}
