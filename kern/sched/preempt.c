/* SPDX-License-Identifier: 0BSD */
/* preempt.c: cuts in long operations. */
#include "sched/preempt.h"

#include "arch/x86_64/trap.h"
#include "debug/stretch.h"
#include "sched/lock.h"

bool preempt_cut(void)
{
	struct cpu *cpu = this_cpu();

	if (stretch_end(cpu)) stretch_begin(cpu, cpu->stretch_what);
	trap_window(cpu);
	if (__builtin_expect(cpu->any_pending, 0)) return trap_serve_pending(cpu); /* last: no stack is used */
	return cpu->resched || !cpu->current || kernel_lock_wanted();
}
