/* SPDX-License-Identifier: 0BSD */
/* time.c: the CPU and the clock that tests of time use, and a scheduler that only remembers. */
#include "host/shim/time.h"

#include "ipc/donate.h"

#include <string.h>

static struct cpu cpu;

struct cpu *shim_cpu = &cpu;
struct cpu *cpu_table[CPU_MAX] = {&cpu};
uint32_t cpu_count = 1;

uint64_t shim_now_ns, shim_timer_ns, shim_timer_set;
struct shim_sched shim_sched;

void shim_time_reset(void)
{
	memset(&cpu, 0, sizeof(cpu));
	memset(&shim_sched, 0, sizeof(shim_sched));
	shim_now_ns = 1000;
	shim_timer_ns = UINT64_MAX;
	shim_timer_set = 0;
}

void sched_time_out(struct sched_context *sc) { shim_sched.time_out = sc; }

void sched_time_back(struct sched_context *sc) { shim_sched.time_back = sc; }

void donate_forget(struct sched_context *sc) { shim_sched.time_lost = sc; }

void sched_rotate(struct thread *t) { shim_sched.rotated = t; }

void sched_kick(struct cpu *target) { shim_sched.kicked = target; }
