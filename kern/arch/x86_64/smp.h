/* SPDX-License-Identifier: 0BSD */
/* smp.h: the other CPUs: their memory, their start, their number.
 *
 * CPUs are numbered 0..cpu_count-1 without gaps; 0 is the bootstrap CPU.  struct cpu of each, and
 * its stacks, are taken from boot memory before kernel_main(), for all CPUs that ACPI names;
 * smp_start() then wakes them one after the other.  One that does not come within its time keeps
 * its memory (it might still wake) and gets no number.
 */
#pragma once

#include <stdint.h>

struct cpu;

/* Prepares the bootstrap CPU and memory for the others. Bootstrap CPU, after paging_init(). */
void smp_init(void);

/*
 * Starts all other CPUs; each ends up in kernel_ap_main(), possibly before this returns.  Called
 * once on the bootstrap CPU when the kernel is ready for that (IDT built, lock usable).  Takes
 * bounded time (at most about a second for each CPU that does not answer).  Returns the number of
 * CPUs online. Must be called even with one CPU: it ends the early mappings.
 */
uint32_t smp_start(void);

/*
 * Entered on each further CPU on its own final stack, with GDT, TSS, GS base, control registers and
 * local APIC set up, interrupts off, no IDT loaded.  The kernel proper provides it.
 */
_Noreturn void kernel_ap_main(struct cpu *cpu);

/* Called by trampoline.S alone. */
_Noreturn void smp_ap_entry(struct cpu *cpu);
