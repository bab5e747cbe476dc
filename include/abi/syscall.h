/* SPDX-License-Identifier: 0BSD */
/* syscall.h: the numbers of the system calls, expanded from syscall.def.
 *
 * A call is the `syscall` instruction. rax = number | flags << 8 | slot << 32; arguments rdi rsi
 * rdx r10 r8 r9; the answer is in rax: 0 or more, or a negated error number. rcx, r11 and all
 * vector and x87 data registers are lost (control words are kept). Calls of kind W answer words in
 * rdi rsi rdx r10 r8 r9 r12 r13 as well, and ENOMEM comes with the number of pages that are missing
 * in rdi. All other registers are kept, but for message calls: see message.h.
 */
#pragma once

enum syscall_number {
#define SYSCALL0(name, ...) SYS_##name,
#define SYSCALL1(name, ...) SYS_##name,
#define SYSCALL2(name, ...) SYS_##name,
#define SYSCALL3(name, ...) SYS_##name,
#define SYSCALL4(name, ...) SYS_##name,
#define SYSCALL5(name, ...) SYS_##name,
#define SYSCALL6(name, ...) SYS_##name,
#include <abi/syscall.def>
#undef SYSCALL0
#undef SYSCALL1
#undef SYSCALL2
#undef SYSCALL3
#undef SYSCALL4
#undef SYSCALL5
#undef SYSCALL6
	SYSCALL_COUNT
};

#define SYSCALL_FLAGS_SHIFT 8
#define SYSCALL_SLOT_SHIFT  32

_Static_assert(SYSCALL_COUNT <= 1 << SYSCALL_FLAGS_SHIFT, "the number has eight bits");
