/* SPDX-License-Identifier: 0BSD */
/* machine.h: a machine of two processors without processors.
 *
 * Each CPU is in user mode (`user` is whose registers it has) or idle; what the kernel does happens
 * in machine_enter, which comes back when the kernel leaves for user mode or idles. Interrupts come
 * between entries and in the kernel's windows; when the kernel drops its lock in the middle of an
 * entry because another CPU wants it, that CPU makes an entry of its own, nested in the first.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include "sched/cpu.h"

#define MACHINE_CPUS 2

struct thread;

struct machine_cpu {
	struct cpu cpu;
	struct thread *user; /* in user mode here; NULL: idle */
	uint32_t ipis;
};

extern struct machine_cpu machine[MACHINE_CPUS];

/* Chance of 16 that a window lets something in; 0 during construction. */
extern unsigned machine_noise;
/* More time passes and fewer entries are nested with a device: signals something at random. */
extern void (*machine_device)(void);
/* One whole entry of the CPU that is this_cpu(), at random. */
extern void (*machine_step)(void);

uint64_t machine_random(uint64_t below);

/* CPUS idle CPUs, the clock at 1000 ns, random numbers from SEED. */
void machine_reset(uint64_t seed, uint32_t cpus);

/* Makes CPU number N this_cpu(). */
struct machine_cpu *machine_choose(uint32_t n);

/* This CPU enters the kernel and does F, which leaves by kernel_exit or returns and leaves so. */
void machine_enter(void (*f)(struct cpu *cpu, struct thread *t));

/* The interrupts that are due on this CPU. */
bool machine_interrupts_due(void);
void machine_interrupts(struct cpu *cpu, struct thread *t);
