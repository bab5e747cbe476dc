/* SPDX-License-Identifier: 0BSD */
/* preempt.c: cuts in long operations. */
#include "sched/preempt.h"

#include "arch/x86_64/trap.h"
#include "debug/stretch.h"
#include "sched/lock.h"

bool preempt_cut(void)
{
	struct cpu *cpu = this_cpu();
	bool measured = stretch_end(cpu);

	trap_window(cpu);
	if (measured)
		stretch_begin(cpu, cpu->stretch_what);
	return cpu->resched || !cpu->current || kernel_lock_wanted();
}
