/* SPDX-License-Identifier: 0BSD */
/* insn.h: single instructions that C has no word for.
 *
 * Nothing here decides anything.  Those that touch memory or order it have a "memory" clobber.
 */
#pragma once

#include <stdint.h>

#define INSN_PORT(bits, letter)                                                                                        \
	static inline uint##bits##_t port_in##bits(uint16_t port)                                                      \
	{                                                                                                              \
		uint##bits##_t value;                                                                                  \
		__asm__ volatile("in" letter " %1, %0" : "=a"(value) : "Nd"(port));                                    \
		return value;                                                                                          \
	}                                                                                                              \
	static inline void port_out##bits(uint16_t port, uint##bits##_t value)                                         \
	{                                                                                                              \
		__asm__ volatile("out" letter " %0, %1" : : "a"(value), "Nd"(port));                                   \
	}
INSN_PORT(8, "b")
INSN_PORT(16, "w")
INSN_PORT(32, "l")

static inline uint64_t msr_read(uint32_t msr)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return (uint64_t)high << 32 | low;
}

static inline void msr_write(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)) : "memory");
}

struct cpuid_regs {
	uint32_t eax, ebx, ecx, edx;
};

static inline struct cpuid_regs cpuid(uint32_t leaf, uint32_t subleaf)
{
	struct cpuid_regs r;

	__asm__ volatile("cpuid" : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx) : "a"(leaf), "c"(subleaf));
	return r;
}

/* Not ordered against neighbouring instructions. */
static inline uint64_t tsc_read(void)
{
	uint32_t low, high;

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

/* After all earlier loads, before all later instructions (Intel SDM vol.2 RDTSC). */
static inline uint64_t tsc_read_ordered(void)
{
	uint32_t low, high;

	__asm__ volatile("lfence; rdtsc; lfence" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

#define INSN_CONTROL_REGISTER(name)                                                                                    \
	static inline uint64_t name##_read(void)                                                                       \
	{                                                                                                              \
		uint64_t value;                                                                                        \
		__asm__ volatile("movq %%" #name ", %0" : "=r"(value));                                                \
		return value;                                                                                          \
	}                                                                                                              \
	static inline void name##_write(uint64_t value)                                                                \
	{                                                                                                              \
		__asm__ volatile("movq %0, %%" #name : : "r"(value) : "memory");                                       \
	}
INSN_CONTROL_REGISTER(cr0)
INSN_CONTROL_REGISTER(cr2)
INSN_CONTROL_REGISTER(cr3)
INSN_CONTROL_REGISTER(cr4)

static inline void tlb_flush_page(uint64_t virt) { __asm__ volatile("invlpg (%0)" : : "r"(virt) : "memory"); }

static inline void cpu_relax(void) { __asm__ volatile("pause" : : : "memory"); }

static inline void interrupts_disable(void) { __asm__ volatile("cli" : : : "memory"); }

/* Waits for an interrupt and takes it; returns with interrupts off. The only window in the kernel.
 */
static inline void cpu_wait_for_interrupt(void) { __asm__ volatile("sti; hlt; cli" : : : "memory"); }

static inline _Noreturn void cpu_halt_forever(void)
{
	for (;;) __asm__ volatile("cli; hlt" : : : "memory");
}
