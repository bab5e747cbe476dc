/* SPDX-License-Identifier: 0BSD */
/* lock.c: waiting for the kernel lock. */
#include "sched/lock.h"

#include "mm/tlb.h"
#include "sched/cpu.h"

struct kernel_lock kernel_lock;

void kernel_lock_spin(uint32_t ticket)
{
	struct cpu *cpu = this_cpu();

	while (__atomic_load_n(&kernel_lock.owner, __ATOMIC_ACQUIRE) != ticket) {
		if (cpu->tlb_request) tlb_serve();
		__builtin_ia32_pause();
	}
}
