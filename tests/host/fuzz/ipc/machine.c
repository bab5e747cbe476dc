/* SPDX-License-Identifier: 0BSD */
/* machine.c: what kern/arch provides, simulated. */
#include "host/fuzz/ipc/machine.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <abi/message.h>
#include "arch/arch_time.h"
#include "arch/context.h"
#include "arch/platform.h"
#include "arch/x86_64/cpuid.h"
#include "arch/x86_64/lapic.h"
#include "arch/x86_64/paging.h"
#include "arch/x86_64/trap.h"
#include "arch/x86_64/vectors.h"
#include "lib/printf.h"
#include "mm/tlb.h"
#include "sched/exit.h"
#include "sched/lock.h"
#include "sched/timeout.h"

struct machine_cpu machine[MACHINE_CPUS];
struct cpu *shim_cpu = &machine[0].cpu;
struct cpu *cpu_table[CPU_MAX] = {&machine[0].cpu, &machine[1].cpu};
uint32_t cpu_count;
uint64_t shim_now_ns, shim_timer_ns, shim_timer_set;
unsigned machine_noise;
void (*machine_device)(void);
void (*machine_step)(void);
struct cpu_features cpu_features;

static uint64_t state;
static jmp_buf *leave; /* of the innermost entry; NULL: nobody is in the kernel */
static unsigned depth;
static bool lock_wanted;

/* ---- console and end: the last text is shown when the kernel panics
 * ------------------------------ */

static char console[8192];
static unsigned console_next;

void console_putc(char c) { console[console_next++ % sizeof(console)] = c; }

_Noreturn void arch_panic_stop(void)
{
	for (unsigned i = console_next > 400 ? console_next - 400 : 0; i < console_next; i++)
		putchar(console[i % sizeof(console)]);
	fflush(stdout);
	abort();
}

_Noreturn void arch_power_off(void) { abort(); }

_Noreturn void arch_reset(void) { abort(); }

void arch_debug_exit(uint8_t code) {}

uint64_t paging_kernel_pml4(void) { return PAGE_SIZE; }

/* ---- translation caches: there are none
 * ---------------------------------------------------------- */

void tlb_batch_flush(struct tlb_batch *b) { b->count = 0; }

void tlb_forget(struct vspace *v)
{
	for (uint32_t i = 0; i < cpu_count; i++) {
		if (machine[i].cpu.vspace == v)
			machine[i].cpu.vspace = NULL;
	}
}

void tlb_serve(void) {}

/* ---- processors
 * ---------------------------------------------------------------------------------- */

uint64_t machine_random(uint64_t below)
{
	/* xorshift64* (Vigna 2014) */
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 0x2545f4914f6cdd1dull >> 16) % below;
}

static struct machine_cpu *self(void) { return &machine[this_cpu()->index]; }

struct machine_cpu *machine_choose(uint32_t n)
{
	shim_cpu = &machine[n].cpu;
	return &machine[n];
}

void machine_reset(uint64_t seed, uint32_t cpus)
{
	state = (seed + 1) * 0x9e3779b97f4a7c15ull;
	memset(machine, 0, sizeof(machine));
	cpu_count = cpus;
	for (uint32_t i = 0; i < MACHINE_CPUS; i++) {
		struct cpu *cpu = &machine[i].cpu;

		cpu->index = cpu->arch.index = cpu->arch.apic_id = i;
		for (unsigned p = 0; p < PRIORITIES; p++)
			list_init(&cpu->ready.of[p]);
	}
	shim_cpu = &machine[0].cpu;
	shim_now_ns = 1000;
	cpu_features.gb_pages = true;
	leave = NULL;
	depth = 0;
	lock_wanted = false;
}

void lapic_send_ipi(uint32_t apic_id, uint8_t vector)
{
	if (vector == VECTOR_RESCHEDULE)
		machine[apic_id].ipis = 1;
}

void machine_enter(void (*f)(struct cpu *cpu, struct thread *t))
{
	struct cpu *cpu = shim_cpu;
	jmp_buf here, *outer = leave;

	leave = &here;
	if (!setjmp(here)) {
		f(cpu, machine[cpu->index].user);
		kernel_exit(cpu);
	}
	leave = outer;
	shim_cpu = cpu;
}

/* ---- ways out
 * ------------------------------------------------------------------------------------ */

static _Noreturn void left(struct thread *user)
{
	self()->user = user;
	lock_wanted = false;
	longjmp(*leave, 1);
}

_Noreturn void exit_to_user(struct thread *t, struct thread *words)
{
	struct cpu *cpu = this_cpu();

	KASSERT(cpu->current == t && cpu->loaded == t, "who leaves is current and loaded");
	KASSERT(cpu->charging == t->time, "who leaves is charged");
	KASSERT(cpu->vspace == t->vspace, "who leaves has its address space");
	KASSERT(!cpu->resched && !t->restart && !t->progress, "nothing is left to do");
	for (uint32_t i = 0; i < cpu_count; i++)
		KASSERT(&machine[i].cpu == cpu || machine[i].cpu.loaded != t, "no other CPU has its registers");
	if (t != words)
		memcpy(t->regs.w, words->regs.w, sizeof(t->regs.w));
	left(t);
}

_Noreturn void exit_by_sysret(struct thread *t, struct thread *words)
{
	KASSERT(t->regs.vector == ENTRY_SYSCALL, "SYSRET is for system calls");
	exit_to_user(t, words);
}

_Noreturn void shim_wait_for_interrupt(void)
{
	KASSERT(!this_cpu()->current && !this_cpu()->loaded, "who idles holds nothing");
	left(NULL);
}

/* ---- interrupts
 * ---------------------------------------------------------------------------------- */

static bool timer_due(const struct cpu *cpu) { return cpu->timer_armed && cpu->timer_armed <= shim_now_ns; }

bool machine_interrupts_due(void) { return timer_due(this_cpu()) || self()->ipis; }

static void serve(struct cpu *cpu)
{
	if (timer_due(cpu)) {
		cpu->timer_armed = DEADLINE_FOREVER;
		timeout_expire();
	}
	if (self()->ipis) {
		self()->ipis = 0;
		cpu->resched = true;
	}
}

void machine_interrupts(struct cpu *cpu, struct thread *t)
{
	if (t)
		t->regs.vector = VECTOR_TIMER;
	serve(cpu);
	if (machine_random(4) == 0)
		machine_device();
}

void trap_window(struct cpu *cpu)
{
	if (machine_random(16) < machine_noise)
		cpu->any_pending = true;
}

bool trap_serve_pending(struct cpu *cpu)
{
	cpu->any_pending = false;
	shim_now_ns += machine_random(machine_random(8) ? 2000 : 60000);
	if (machine_random(4) == 0)
		machine_device();
	serve(cpu);
	return true;
}

/* ---- the lock
 * ------------------------------------------------------------------------------------ */

/* Some CPU that is to come into the kernel has not. */
static bool somebody_was_kicked(void)
{
	for (uint32_t i = 0; i < cpu_count; i++)
		if (machine[i].ipis)
			return true;
	return false;
}

bool shim_lock_wanted(void)
{
	/* Who let this CPU in waits to go on. */
	if (depth > 0)
		return machine_random(8) == 0;
	if (cpu_count > 1 && (machine_noise || somebody_was_kicked()) && machine_random(8) == 0)
		lock_wanted = true;
	return lock_wanted;
}

void shim_lock_drop(void)
{
	struct cpu *cpu = this_cpu();

	if (!lock_wanted)
		return;
	lock_wanted = false;
	depth++;
	machine_choose((cpu->index + 1) % cpu_count);
	for (unsigned n = 1 + (unsigned)machine_random(12); n; n--) {
		machine_choose((cpu->index + 1) % cpu_count);
		machine_step();
	}
	shim_cpu = cpu;
	depth--;
}
