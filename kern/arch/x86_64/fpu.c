/* SPDX-License-Identifier: 0BSD */
/* fpu.c: switching the FPU on and finding out how much state there is to save. */
#include "arch/x86_64/fpu.h"

#include "arch/x86_64/cpuid.h"
#include "arch/x86_64/insn.h"
#include "arch/x86_64/registers.h"
#include "lib/assert.h"
#include "obj/thread.h"

/* Intel SDM vol.1 13.1: state components that fit a Thread. */
#define XCR0_AVX      (1 << 2)
#define XCR0_AVX512   (7 << 5)

#define FCW_DEFAULT   0x037f
#define MXCSR_DEFAULT 0x1f80

uint64_t fpu_xsave_mask;

static void xcr0_write(uint64_t value)
{
	__asm__ volatile("xsetbv" : : "c"(0), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)));
}

/* The components that this CPU has and that fit. */
static uint64_t usable_components(void)
{
	uint32_t offered = cpuid(0xd, 0).eax;
	uint64_t mask = XCR0_X87 | XCR0_SSE | (offered & XCR0_AVX);

	if ((mask & XCR0_AVX) && (offered & XCR0_AVX512) == XCR0_AVX512) mask |= XCR0_AVX512;
	xcr0_write(mask);
	if (cpuid(0xd, 0).ebx > sizeof(((struct thread *)0)->fpu)) {
		mask &= ~(uint64_t)XCR0_AVX512;
		xcr0_write(mask);
	}
	KASSERT(cpuid(0xd, 0).ebx <= sizeof(((struct thread *)0)->fpu), "AVX state fits");
	return mask;
}

void fpu_init(void)
{
	uint64_t cr4 = cr4_read() | CR4_OSFXSR | CR4_OSXMMEXCPT;

	cr0_write((cr0_read() & ~(uint64_t)(CR0_EM | CR0_TS)) | CR0_MP);
	if (!cpu_features.xsave) {
		cr4_write(cr4);
		return;
	}
	cr4_write(cr4 | CR4_OSXSAVE);
	fpu_xsave_mask = usable_components();
}

void fpu_reset(uint8_t *area)
{
	*(uint16_t *)area = FCW_DEFAULT;
	*(uint32_t *)(area + 24) = MXCSR_DEFAULT;
	/* Take x87 and SSE from the area (their control words were just set), the rest as initial.
	 */
	*(uint64_t *)(area + XSTATE_BV) = XCR0_X87 | XCR0_SSE;
}
