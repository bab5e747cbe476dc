/* SPDX-License-Identifier: 0BSD */
/* trap.h: interrupt windows that the simulation opens. */
#pragma once

#include "sched/cpu.h"

/* Notes interrupts in `any_pending` when the simulation wants some to come now. */
void trap_window(struct cpu *cpu);

/* Takes them. True. */
bool trap_serve_pending(struct cpu *cpu);
