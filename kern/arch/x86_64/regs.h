/* SPDX-License-Identifier: 0BSD */
/* regs.h: a thread's general registers as entry code stores them.
 *
 * The last five are pushed by the processor on an interrupt (Intel SDM vol.3 6.14.2): the TSS's
 * stack pointer for entries from user mode is the end of the current thread's registers. A system
 * call stores the same places by hand and leaves cs and ss alone. `vector` tells how the thread
 * came in: ENTRY_SYSCALL lets it leave by SYSRET.
 */
#pragma once

#include "arch/x86_64/entry.h"

struct regs {
	uint64_t r11, rcx; /* a system call destroys them */
	uint64_t w[8];	   /* rdi rsi rdx r10 r8 r9 r12 r13: arguments and message words */
	uint64_t rbx, rbp, r14, r15, rax;
	uint64_t vector;
	uint64_t error; /* pushed by some exceptions; 0 otherwise */
	uint64_t rip, cs, rflags, rsp, ss;
};

_Static_assert(sizeof(struct regs) == 22 * 8, "offsets in entry.S");

/* What a thread starts with: selectors.h; interrupts on. */
#define REGS_USER_CS	0x23
#define REGS_USER_SS	0x1b
#define REGS_USER_FLAGS 0x202
/* Flags that a program may set in a thread's registers: arithmetic, TF, DF, AC, ID. */
#define REGS_FLAGS_ALLOWED 0x240dd5
