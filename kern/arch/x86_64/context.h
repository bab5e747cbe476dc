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

/* Where the processor keeps FS base, T's stands from now on. */
static forced_inline void context_load_fs(const struct thread *t)
{
	const uint32_t *half = (const uint32_t *)&t->fs_base;

	__asm__ volatile("wrmsr" : : "c"(MSR_FS_BASE), "a"(half[0]), "d"(half[1]));
}

static forced_inline void context_load_vspace(struct cpu *cpu, struct vspace *v)
{
	cpu->vspace = v;
	cr3_write(vspace_cr3(v));
}

/* Gives this CPU TO's address space and FS base in place of those of FROM, which it holds (NULL: nobody, and no address
 * space). What FROM has made of FS is not known, since programs can load its selector: that is believed within one
 * address space only. */
static forced_inline void context_load(struct cpu *cpu, const struct thread *from, const struct thread *to)
{
	struct vspace *v = to->vspace;

	if (__builtin_expect(cpu->vspace != v, 1))
		context_load_vspace(cpu, v);
	else if (from->fs_base == to->fs_base)
		return;
	context_load_fs(to);
}

/* FROM, which this CPU holds, made a system call and gives way to TO, which waits in one. */
static forced_inline void context_switch_call(struct cpu *cpu, struct thread *from, struct thread *to)
{
	fpu_save_control(from->fpu);
	cpu->loaded = to;
	cpu->arch.tss.rsp[0] = (uint64_t)(&to->regs + 1);
	context_load(cpu, from, to);
	fpu_restore(to->fpu);
}

/* Makes this CPU hold T in place of what it held. T has a VSpace. */
static inline void context_switch(struct cpu *cpu, struct thread *t)
{
	struct thread *old = cpu->loaded;

	if (old) context_save(old);
	cpu->loaded = t;
	cpu->arch.tss.rsp[0] = (uint64_t)(&t->regs + 1);
	context_load(cpu, old, t);
	fpu_restore(t->fpu);
}

/* T's FS base has changed: the processor's too, when it holds T. */
static inline void context_set_tls(struct cpu *cpu, struct thread *t)
{
	if (cpu->loaded == t) context_load_fs(t);
}

/* The CPU holds no thread and no VSpace afterwards: before it idles. */
void context_unload(struct cpu *cpu);

/* T, which does not run, leaves this CPU for another, or for good: its state goes to memory. */
static inline void context_evict(struct cpu *cpu, struct thread *t)
{
	if (cpu->loaded == t) context_unload(cpu);
}
