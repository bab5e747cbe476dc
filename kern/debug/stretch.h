/* SPDX-License-Identifier: 0BSD */
/* stretch.h: how long the kernel runs between two preemption points.
 *
 * A stretch begins where interrupts have just been on: at an entry from user mode, behind a window,
 * behind idling. It ends at the next such moment. The longest of each CPU, and the call that it
 * belonged to, are counters (abi/counter.def). Only the measuring flavour keeps them, for
 * `make bench`; in the others all of this is nothing. The few dozen instructions of entry.S are not
 * counted.
 */
#pragma once

#include "arch/arch_time.h"
#include "debug/config.h"
#include "sched/cpu.h"

#define STRETCH_INTERRUPT 256 /* and above: an interrupt or exception from user mode, by its vector */
#define STRETCH_IDLE	  512 /* what an idle CPU woke up for */

/* CPU is in the kernel on behalf of WHAT: the number of a call, or one of the above. */
static inline void stretch_begin(struct cpu *cpu, unsigned what)
{
	if (!KERN_MEASURE) return;
	cpu->stretch_what = what;
	if (!cpu->stretch_since) cpu->stretch_since = arch_ticks();
}

/* Interrupts are about to be on. False when no stretch was going on: at boot. */
static inline bool stretch_end(struct cpu *cpu)
{
	uint64_t took;

	if (!KERN_MEASURE || !cpu->stretch_since) return false;
	took = arch_ticks() - cpu->stretch_since;
	cpu->stretch_since = 0;
	if (took > cpu->counters.longest_stretch) {
		cpu->counters.longest_stretch = took;
		cpu->counters.longest_what = cpu->stretch_what;
	}
	return true;
}
