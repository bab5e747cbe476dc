/* SPDX-License-Identifier: 0BSD */
/* exit.c: the way out of the kernel. */
#include "sched/exit.h"

#include "api/dispatch.h"
#include "arch/context.h"
#include "debug/check.h"
#include "debug/stretch.h"
#include "ipc/divert.h"
#include "obj/sched_context.h"
#include "sched/lock.h"
#include "sched/sched.h"

/* Before T's call is made again there is a cut, and processors that wait for the lock get their turn:
 * what the call waits for may be theirs to do. True when T is still to go on. */
static bool take_turns(struct cpu *cpu, struct thread *t)
{
	if (preempt_cut() && kernel_lock_wanted()) {
		if (cpu->loaded && cpu->loaded != t) context_evict(cpu, cpu->loaded); /* another CPU may run it */
		kernel_lock_drop();
		kernel_lock_take();
	}
	return cpu->current == t && !cpu->resched && !(t->special & SPECIAL_SUSPENDED);
}

/* Deals with whatever keeps T from simply going on. True when T may still run. */
static bool settle(struct cpu *cpu, struct thread *t)
{
	if (t->special & SPECIAL_SUSPENDED) {
		sched_block(t);
		return false;
	}
	if (t->restart) {
		if (!take_turns(cpu, t)) return false;
		t->restart = false;
		stretch_begin(cpu, (uint8_t)t->regs.rax);
		syscall_dispatch(t);
		return false;
	}
	if (t->special & SPECIAL_DIVERT) divert_enter(t);
	return true;
}

_Noreturn void kernel_exit(struct cpu *cpu)
{
	struct thread *t;

	do {
		t = cpu->current;
		if (!t || cpu->resched) t = sched_next();
	} while (((t->special & (SPECIAL_SUSPENDED | SPECIAL_DIVERT)) || t->restart) && !settle(cpu, t));
	if (cpu->charging != t->time) sched_context_charge(t->time);
	if (cpu->loaded != t) context_switch(cpu, t);
	if (KERN_DEBUG) check_exit(t);
	stretch_end(cpu);
	exit_to_user(t, t);
}
