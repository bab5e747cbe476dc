/* SPDX-License-Identifier: 0BSD */
/* fpu.c: saving and restoring, on the host's own FPU. */
#include "arch/x86_64/fpu.h"
#include "arch/x86_64/insn.h"
#include "host/harness.h"

#define OSXSAVE		(1u << 27)
#define ROUND_TO_ZERO	0x0f7f
#define AS_AFTER_FNINIT 0x037f

uint64_t fpu_xsave_mask;

static void fpu_reset_control(uint8_t *area)
{
	*(uint16_t *)area = AS_AFTER_FNINIT;
	*(uint32_t *)(area + 24) = 0x1f80;
}

static uint16_t control_word(void)
{
	uint16_t word;

	__asm__ volatile("fnstcw %0" : "=m"(word));
	return word;
}

static void load_control_word(uint16_t word) { __asm__ volatile("fldcw %0" : : "m"(word)); }

/* An interrupt, with the FPU in its first state, which a processor may mark as absent (Intel SDM vol.1 13.6; some do so
 * only when it was restored like that); then a call, when there is a control word. */
static __attribute__((noinline)) uint16_t interrupt_and_call(uint8_t *area)
{
	uint16_t found;

	fpu_reset_control(area);
	*(uint64_t *)(area + XSTATE_BV) = 0;
	fpu_restore(area);
	fpu_save_all(area);
	load_control_word(ROUND_TO_ZERO);
	fpu_save_control(area);
	__asm__ volatile("fninit");
	fpu_restore(area);
	found = control_word();
	__asm__ volatile("fninit"
			 :
			 :
			 : "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9",
			   "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
	return found;
}

TEST(fpu, control_words_are_kept_by_a_call_after_an_interrupt)
{
	static uint8_t area[2688] __attribute__((aligned(64)));

	EXPECT_EQ(interrupt_and_call(area), ROUND_TO_ZERO);
	if (!(cpuid(1, 0).ecx & OSXSAVE))
		return;
	fpu_xsave_mask = XCR0_X87 | XCR0_SSE;
	EXPECT_EQ(interrupt_and_call(area), ROUND_TO_ZERO);
	fpu_xsave_mask = 0;
	EXPECT_EQ(control_word(), AS_AFTER_FNINIT);
}
