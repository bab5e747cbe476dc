/* SPDX-License-Identifier: 0BSD */
/* fpu.h: the FPU and vector registers of threads.
 *
 * Saved and restored eagerly, never through CR0.TS. A thread that entered the kernel by a system
 * call has no live vector registers (the calling convention makes them dead), only control words:
 * two stores save it. A thread that was interrupted is saved whole. Restoring always loads the
 * thread's whole area, so that no thread sees another's registers; what a thread finds after a
 * system call is its own old values. Source: Intel SDM vol.1 ch.10.5, 13.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Components of XSAVE's state, as bits, and where the area says which of them it holds. */
#define XCR0_X87  (1 << 0)
#define XCR0_SSE  (1 << 1)
#define XSTATE_BV 512

/* Set by fpu_init: use XSAVE with this mask; 0: use FXSAVE. Constant afterwards. */
extern uint64_t fpu_xsave_mask;

/* Enables FPU, SSE and, where present, AVX and AVX-512 on this CPU. */
void fpu_init(void);

/* A fresh area: control words as the ABI wants them at program start. AREA is zeroed, 64-byte
 * aligned. */
void fpu_reset(uint8_t *area);

/* Control words only (offsets in the legacy area: Intel SDM vol.1 table 10-2). */
static inline void fpu_save_control(uint8_t *area)
{
	__asm__ volatile("fnstcw %0" : "=m"(*(uint16_t *)area));
	__asm__ volatile("stmxcsr %0" : "=m"(*(uint32_t *)(area + 24)));
}

static inline void fpu_save_all(uint8_t *area)
{
	if (!fpu_xsave_mask) {
		__asm__ volatile("fxsaveq %0" : "=m"(*(uint8_t(*)[512])area));
		return;
	}
	__asm__ volatile("xsaveq %0" : "=m"(*(uint8_t(*)[2688])area) : "a"((uint32_t)fpu_xsave_mask), "d"(0));
	/* What is as after FNINIT is marked as absent, and the next call's control words would be lost. */
	*(uint64_t *)(area + XSTATE_BV) |= XCR0_X87 | XCR0_SSE;
}

static inline void fpu_restore(const uint8_t *area)
{
	if (fpu_xsave_mask)
		__asm__ volatile("xrstorq %0"
				 :
				 : "m"(*(const uint8_t(*)[2688])area), "a"((uint32_t)fpu_xsave_mask), "d"(0));
	else
		__asm__ volatile("fxrstorq %0" : : "m"(*(const uint8_t(*)[512])area));
}
