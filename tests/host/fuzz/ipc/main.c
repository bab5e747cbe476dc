/* SPDX-License-Identifier: 0BSD */
/* main.c: `fuzz_ipc [--seconds N] [--seed S] [--steps N] [--trace 1]`: random messages.
 *
 * One random world after the other. Each step is one entry to the kernel on one of the CPUs: a
 * system call or an exception of the thread that runs there, an interrupt, or a repair. The real
 * paths are taken from the entry (fast.c, dispatch.c) to the way out (exit.c); the whole world is
 * checked after each.
 */
#include <inttypes.h>
#include <stdio.h>
#include <abi/fault.h>
#include <abi/memory.h>
#include <abi/syscall.h>
#include "api/dispatch.h"
#include "arch/arch_time.h"
#include "host/fuzz/ipc/calls.h"
#include "host/fuzz/ipc/machine.h"
#include "host/fuzz/ipc/world.h"
#include "host/fuzz/run.h"
#include "ipc/fast.h"
#include "ipc/fault.h"
#include "lib/bits.h"
#include "sched/exit.h"

#define rnd machine_random

static bool trace;
static unsigned step_number;

static void enter_call(struct cpu *cpu, struct thread *t)
{
	t->regs.vector = ENTRY_SYSCALL;
	switch ((uint32_t)t->regs.rax) {
	case 0:
		fast_send(cpu, t);
	case SYS_REPLY_RECEIVE:
		fast_reply_receive(cpu, t);
	case SYS_forward_receive:
		fast_forward_receive(cpu, t);
	default:
		syscall_long_way(cpu, t);
	}
}

/* As trap_enter does. */
static void enter_exception(struct cpu *cpu, struct thread *t)
{
	uint64_t va = PRIVATE_VA + rnd(REGION_PAGES) * PAGE_SIZE;

	t->regs.vector = rnd(4) ? 14 : 6;
	if (t->state == THREAD_READY)
		fault_exception(t, t->regs.vector == 14 ? FAULT_PAGE : FAULT_ILLEGAL, va, PROT_READ, 0);
}

static void say(const struct thread *t, const char *what)
{
	if (trace)
		printf("%u: cpu %u at %" PRIu64 " thread %lx %s slot %" PRIu64 " state %d\n", step_number,
		       this_cpu()->index, shim_now_ns, t ? (unsigned long)thread_number(t) : 0, what,
		       t ? t->regs.rax >> 32 : 0, t ? t->state : 0);
}

/* One entry of this CPU. */
static void step(void)
{
	struct thread *t = machine[this_cpu()->index].user;

	shim_now_ns += rnd(rnd(16) ? 3000 : 40000);
	if (machine_interrupts_due() && rnd(8)) {
		say(t, "interrupt");
		machine_enter(machine_interrupts);
	} else if (!t) {
		say(t, "idle");
		machine_enter(machine_interrupts);
	} else if (rnd(24) == 0) {
		say(t, "exception");
		machine_enter(enter_exception);
	} else {
		calls_choose(t);
		say(t, calls_name(t));
		machine_enter(enter_call);
	}
}

/* All CPUs idle: time passes until something is due. */
static void skip_idle(void)
{
	uint64_t next = UINT64_MAX;

	for (uint32_t i = 0; i < cpu_count; i++) {
		if (machine[i].user)
			return;
		if (machine[i].cpu.timer_armed)
			next = min(next, machine[i].cpu.timer_armed);
	}
	if (next != UINT64_MAX && next > shim_now_ns)
		shim_now_ns = next;
}

static bool world(uint64_t seed, unsigned steps)
{
	machine_reset(seed, 1 + (uint32_t)(seed % MACHINE_CPUS));
	machine_noise = 0;
	machine_device = world_device;
	machine_step = step;
	calls_reset();
	world_begin();
	for (step_number = 0; step_number < steps; step_number++) {
		if (step_number % 512 == 0)
			machine_noise = (unsigned[]){0, 1, 4, 12}[rnd(4)];
		machine_choose((uint32_t)rnd(cpu_count));
		skip_idle();
		if (rnd(12) == 0) {
			say(machine[this_cpu()->index].user, "repair");
			machine_enter(world_repair);
		} else {
			step();
		}
		world_check();
	}
	return world_end();
}

int main(int argc, char **argv)
{
	return fuzz_run(argc, argv,
			&(struct fuzzer){.name = "fuzz_ipc", .steps = 4000, .world = world, .trace = &trace});
}
