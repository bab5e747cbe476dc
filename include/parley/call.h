/* SPDX-License-Identifier: 0BSD */
/* call.h: the `syscall` instruction with 0 to 6 arguments, below the stubs of syscall.h.
 *
 * rdi may come back changed (what ENOMEM leaves there), all other argument registers are kept.
 * os_call_words is for calls that answer words, and for those who want to see what ENOMEM says.
 */
#pragma once

#include <parley/words.h>

/* What a system call destroys: no vector register survives one, as none survives a call of a C
 * function. */
#define OS_CLOBBERS                                                                                                    \
	"r11", "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",      \
	    "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"

OS_INLINE int64_t os_call0(uint64_t rax)
{
	__asm__ volatile("syscall" : "+a"(rax) : : "rcx", OS_CLOBBERS);
	return (int64_t)rax;
}

OS_INLINE int64_t os_call1(uint64_t rax, uint64_t a)
{
	__asm__ volatile("syscall" : "+a"(rax), "+D"(a) : : "rcx", OS_CLOBBERS);
	return (int64_t)rax;
}

OS_INLINE int64_t os_call2(uint64_t rax, uint64_t a, uint64_t b)
{
	__asm__ volatile("syscall" : "+a"(rax), "+D"(a) : "S"(b) : "rcx", OS_CLOBBERS);
	return (int64_t)rax;
}

OS_INLINE int64_t os_call3(uint64_t rax, uint64_t a, uint64_t b, uint64_t c)
{
	__asm__ volatile("syscall" : "+a"(rax), "+D"(a) : "S"(b), "d"(c) : "rcx", OS_CLOBBERS);
	return (int64_t)rax;
}

OS_INLINE int64_t os_call4(uint64_t rax, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	register uint64_t r10 __asm__("r10") = d;

	__asm__ volatile("syscall" : "+a"(rax), "+D"(a) : "S"(b), "d"(c), "r"(r10) : "rcx", OS_CLOBBERS);
	return (int64_t)rax;
}

OS_INLINE int64_t os_call5(uint64_t rax, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e)
{
	register uint64_t r10 __asm__("r10") = d;
	register uint64_t r8 __asm__("r8") = e;

	__asm__ volatile("syscall" : "+a"(rax), "+D"(a) : "S"(b), "d"(c), "r"(r10), "r"(r8) : "rcx", OS_CLOBBERS);
	return (int64_t)rax;
}

OS_INLINE int64_t os_call6(uint64_t rax, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
	register uint64_t r10 __asm__("r10") = d;
	register uint64_t r8 __asm__("r8") = e;
	register uint64_t r9 __asm__("r9") = f;

	__asm__ volatile("syscall"
			 : "+a"(rax), "+D"(a)
			 : "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", OS_CLOBBERS);
	return (int64_t)rax;
}

/* Arguments in words->w[0..5]; all eight registers are read back into it. */
OS_INLINE int64_t os_call_words(uint64_t rax, struct os_words *words)
{
	register uint64_t r10 __asm__("r10") = words->w[3];
	register uint64_t r8 __asm__("r8") = words->w[4];
	register uint64_t r9 __asm__("r9") = words->w[5];
	register uint64_t r12 __asm__("r12") = words->w[6];
	register uint64_t r13 __asm__("r13") = words->w[7];

	__asm__ volatile("syscall"
			 : "+a"(rax), "+D"(words->w[0]), "+S"(words->w[1]), "+d"(words->w[2]), "+r"(r10), "+r"(r8),
			   "+r"(r9), "+r"(r12), "+r"(r13)
			 :
			 : "rcx", OS_CLOBBERS);
	words->w[3] = r10;
	words->w[4] = r8;
	words->w[5] = r9;
	words->w[6] = r12;
	words->w[7] = r13;
	return (int64_t)rax;
}
