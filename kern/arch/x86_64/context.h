/* SPDX-License-Identifier: 0BSD */
/* context.h: what a processor holds of the thread that it runs.
 *
 * Loaded lazily: once, on the way out of the kernel, whatever switches happened inside.
 */
#pragma once

#include "arch/x86_64/fpu.h"
#include "arch/x86_64/insn.h"
#include "arch/x86_64/registers.h"
#include "mm/vspace.h"
#include "obj/thread.h"
#include "sched/cpu.h"

/* Stores what only the processor has of T, which entered the kernel on this CPU. */
static inline void context_save(struct thread *t)
{
	if (t->regs.vector == ENTRY_SYSCALL)
		fpu_save_control(t->fpu);
	else
		fpu_save_all(t->fpu);
}

static inline void context_load_vspace(struct cpu *cpu, struct vspace *v)
{
	if (cpu->vspace != v) {
		cpu->vspace = v;
		cr3_write(vspace_cr3(v));
	}
}

/* FROM, which this CPU holds, made a system call and gives way to TO, which waits in one. */
static forced_inline void context_switch_call(struct cpu *cpu, struct thread *from, struct thread *to)
{
	fpu_save_control(from->fpu);
	cpu->loaded = to;
	cpu->arch.tss.rsp[0] = (uint64_t)(&to->regs + 1);
	context_load_vspace(cpu, to->vspace);
	if (from->fs_base != to->fs_base) msr_write(MSR_FS_BASE, to->fs_base);
	fpu_restore(to->fpu);
}

/* Makes this CPU hold T in place of what it held. T has a VSpace. */
static inline void context_switch(struct cpu *cpu, struct thread *t)
{
	struct thread *old = cpu->loaded;

	if (old) context_save(old);
	cpu->loaded = t;
	cpu->arch.tss.rsp[0] = (uint64_t)(&t->regs + 1);
	context_load_vspace(cpu, t->vspace);
	if (!old || old->fs_base != t->fs_base) msr_write(MSR_FS_BASE, t->fs_base);
	fpu_restore(t->fpu);
}

/* T's FS base has changed: the processor's too, when it holds T. */
static inline void context_set_tls(struct cpu *cpu, struct thread *t)
{
	if (cpu->loaded == t) msr_write(MSR_FS_BASE, t->fs_base);
}

/* T, which does not run, leaves this CPU for another: its state goes to memory. */
static inline void context_evict(struct cpu *cpu, struct thread *t)
{
	if (cpu->loaded == t) {
		context_save(t);
		cpu->loaded = NULL;
	}
}

/* The CPU holds no thread and no VSpace afterwards: before it idles. */
void context_unload(struct cpu *cpu);

/* Forgets T, which is being destroyed, without storing anything. */
static inline void context_forget(struct cpu *cpu, struct thread *t)
{
	if (cpu->loaded == t) cpu->loaded = NULL;
}
