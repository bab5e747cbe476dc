/* SPDX-License-Identifier: 0BSD */
/* context.h: context switching on the host: who holds what is kept and checked, nothing is loaded.
 */
#pragma once

#include "lib/assert.h"
#include "mm/frame.h"
#include "mm/vspace.h"
#include "obj/thread.h"
#include "sched/cpu.h"

/* The processor idles: the simulation goes on elsewhere. */
_Noreturn void shim_wait_for_interrupt(void);

static inline _Noreturn void cpu_wait_for_interrupt(void) { shim_wait_for_interrupt(); }

static inline void fpu_reset(uint8_t *area) { area[0] = 0; }

static inline void context_load_vspace(struct cpu *cpu, struct vspace *v)
{
	KASSERT(v && frame_of(v)->kind == FRAME_VSPACE, "who runs has an address space that is alive");
	cpu->vspace = v;
}

static inline void context_switch(struct cpu *cpu, struct thread *t)
{
	for (uint32_t i = 0; i < cpu_count; i++)
		KASSERT(cpu_table[i]->loaded != t, "one CPU holds a thread's registers");
	cpu->loaded = t;
	context_load_vspace(cpu, t->vspace);
}

static inline void context_switch_call(struct cpu *cpu, struct thread *from, struct thread *to)
{
	KASSERT(cpu->loaded == from, "who made the call was loaded");
	KASSERT(to->regs.vector == ENTRY_SYSCALL, "the receiver waits in a call");
	context_switch(cpu, to);
}

static inline void context_set_tls(struct cpu *cpu, struct thread *t) {}

static inline void context_evict(struct cpu *cpu, struct thread *t)
{
	if (cpu->loaded == t)
		cpu->loaded = NULL;
	for (uint32_t i = 0; i < cpu_count; i++)
		KASSERT(cpu_table[i]->loaded != t, "a thread leaves the CPU that holds it");
}

static inline void context_unload(struct cpu *cpu)
{
	cpu->loaded = NULL;
	cpu->vspace = NULL;
}
