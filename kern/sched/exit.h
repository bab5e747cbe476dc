/* SPDX-License-Identifier: 0BSD */
/* exit.h: the way out of the kernel.
 *
 * Every entry ends here: decide who runs, make restarted system calls again, deliver diverts, load
 * the context, drop the lock.
 */
#pragma once

#include "sched/cpu.h"

/* Leaves the kernel for whoever is to run; idles while there is nobody. Drops the lock. */
_Noreturn void kernel_exit(struct cpu *cpu);
