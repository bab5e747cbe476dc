/* SPDX-License-Identifier: 0BSD */
/* preempt.c: cuts in long operations. */
#include "sched/preempt.h"

#include "arch/x86_64/trap.h"
#include "debug/stretch.h"
#include "sched/lock.h"

/* Whatever is served may have changed whatever the caller holds: its thread looks everything up anew. */
static __attribute__((noinline)) bool serve(struct cpu *cpu)
{
	trap_serve_pending(cpu);
	return true;
}

bool preempt_cut(void)
{
	struct cpu *cpu = this_cpu();

	if (stretch_end(cpu)) stretch_begin(cpu, cpu->stretch_what);
	trap_window(cpu);
	if (__builtin_expect(cpu->any_pending, 0)) return serve(cpu);
	return cpu->resched || !cpu->current || kernel_lock_wanted();
}
