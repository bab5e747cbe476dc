/* SPDX-License-Identifier: 0BSD */
/* time.h: how tests of time look behind the shim. */
#pragma once

#include "arch/arch_time.h"
#include "sched/cpu.h"
#include "sched/sched.h"

/* What the code under test last told the scheduler. */
struct shim_sched {
	struct sched_context *time_out, *time_back, *time_lost;
	struct thread *rotated;
	struct cpu *kicked;
};
extern struct shim_sched shim_sched;

/* One idle CPU, the clock at 1000 ns, the timer unarmed. */
void shim_time_reset(void);
