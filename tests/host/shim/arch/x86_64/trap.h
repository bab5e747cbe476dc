/* SPDX-License-Identifier: 0BSD */
/* trap.h: interrupt windows that the simulation opens. */
#ifndef TESTS_HOST_SHIM_ARCH_X86_64_TRAP_H
#define TESTS_HOST_SHIM_ARCH_X86_64_TRAP_H

#include "sched/cpu.h"

/* Takes the interrupts that the simulation wants to come now. */
void shim_window(struct cpu *cpu);

static inline void trap_window(struct cpu *cpu) { shim_window(cpu); }

static inline void trap_serve_pending(struct cpu *cpu) { shim_window(cpu); }

#endif
