/* SPDX-License-Identifier: 0BSD */
/* trap.h: setting up entries to the kernel. */
#pragma once

#include "arch/x86_64/regs.h"
#include "sched/cpu.h"

/* Called by entry.S alone. */
_Noreturn void trap_enter(struct thread *t), trap_kernel_bug(const struct regs *r), trap_fatal(const uint64_t *frame);

/* Builds the IDT. Once, before any trap_init_cpu. */
void trap_init(void);
/* Loads the IDT and the SYSCALL registers of this CPU. */
void trap_init_cpu(void);

/* Serves one interrupt vector under the kernel lock: device, timer or inter-processor. Acknowledges
 * it. */
void trap_interrupt(struct cpu *cpu, unsigned vector);

/* Serves what was noted in cpu->pending, highest vector first. Lock held. True: that may have changed whatever the caller
 * holds. */
bool trap_serve_pending(struct cpu *cpu);

/* Opens a window on CPU, this one, in which interrupts may be noted. Lock held. */
static inline void trap_window(struct cpu *cpu) { __asm__ volatile("sti; nop; cli" : : : "memory"); }
