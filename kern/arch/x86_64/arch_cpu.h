/* SPDX-License-Identifier: 0BSD */
/* arch_cpu.h: the architecture's part of struct cpu: its first member, so that %gs:0 leads to the whole
 * structure.
 *
 * Each CPU has its own GDT and TSS (a TSS is busy on one CPU only).  `kernel_stack_top` is set
 * once, since the kernel has one stack per CPU and none per thread.  TSS.rsp0 starts out the same
 * and belongs to the entry code from then on.
 *
 * A CPU's stacks lie in the stack window, 32 KiB of addresses for each CPU; unmapped pages between
 * them turn an overflow into a double fault, which has a stack of its own:
 *
 *   page 0 guard | 1,2 kernel stack | 3 guard | 4 NMI | 5 #DF | 6 #MC | 7 guard
 */
#pragma once

#include <stddef.h>

#include "arch/x86_64/layout.h"
#include "arch/x86_64/selectors.h"

#define CPU_MAX		  64
#define KERNEL_STACK_SIZE 0x2000
#define STACK_SLOT_SIZE	  0x8000

struct cpu;

/* Intel SDM vol.3 7.7, figure 7-11 */
struct tss {
	uint32_t reserved0;
	uint64_t rsp[3];
	uint64_t reserved1;
	uint64_t ist[7]; /* ist[n - 1] is IST n */
	uint64_t reserved2;
	uint16_t reserved3, iomap_base; /* == sizeof(struct tss): no port is open to user level */
} __attribute__((packed));

/* What LGDT and LIDT read. */
struct table_pointer {
	uint16_t limit;
	uint64_t base;
} __attribute__((packed));

struct arch_cpu {
	struct cpu *self;
	uint64_t kernel_stack_top;
	uint64_t scratch; /* for entry code, between swapgs and the first free register */
	uint32_t index;	  /* 0..CPU_MAX-1; 0 is the bootstrap CPU */
	uint32_t apic_id;
	uint32_t online; /* start-up handshake, see smp.c; atomic */
	struct tss tss;
	uint32_t slot; /* place among the CPUs that ACPI names; stacks lie by this */
	uint64_t gdt[7] __attribute__((aligned(16)));
};

_Static_assert(sizeof(struct tss) == 104, "the TSS is laid down by hardware");
_Static_assert(offsetof(struct arch_cpu, self) == ARCH_CPU_SELF, "used by assembler");
_Static_assert(offsetof(struct arch_cpu, kernel_stack_top) == ARCH_CPU_KERNEL_STACK, "used by assembler");
_Static_assert(offsetof(struct arch_cpu, scratch) == ARCH_CPU_SCRATCH, "used by assembler");
_Static_assert(offsetof(struct arch_cpu, index) == ARCH_CPU_INDEX, "used by assembler");
_Static_assert(offsetof(struct arch_cpu, tss.rsp) == ARCH_CPU_TSS_RSP0, "used by assembler");
_Static_assert(CPU_MAX *STACK_SLOT_SIZE <= STACK_WINDOW_SIZE, "every CPU has stacks");

/* The running CPU. Only after arch_cpu_load(), with the kernel's GS base (not between entry and
 * swapgs). */
static inline struct cpu *arch_cpu_self(void)
{
	struct cpu *self;

	__asm__("movq %%gs:%c1, %0" : "=r"(self) : "i"(ARCH_CPU_SELF));
	return self;
}

/*
 * Fills in a zeroed arch_cpu: self, slot, APIC id, GDT, TSS, and maps its stacks (boot_alloc'd).
 * slot < CPU_MAX, used once.  The index stays 0.  Bootstrap CPU only, before boot memory is sealed.
 */
void arch_cpu_init(struct arch_cpu *arch, struct cpu *self, uint32_t slot, uint32_t apic_id);

/* Loads GDT, segment registers, TSS and GS base of this CPU. Uses no stack beyond its frame. */
void arch_cpu_load(struct arch_cpu *arch);

/*
 * Sets the control registers of the calling CPU as the kernel wants them: CR0.WP, NE; CR4.MCE, PGE,
 * SMEP, SMAP, UMIP where present; EFER.NXE; PAT (PAGE_CACHE_* in paging.h).  Leaves alone what
 * belongs to others: OSFXSR/OSXSAVE (FPU code) and the SYSCALL MSRs (entry code).
 */
void arch_cpu_control_init(void);
