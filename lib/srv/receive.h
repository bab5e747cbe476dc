/* SPDX-License-Identifier: 0BSD */
/* receive.h: the one call of the loop, as short as it can be. */
#pragma once

#include <stddef.h>

#include <parley/message.h>

_Static_assert(offsetof(struct os_received, info) == 0 && offsetof(struct os_received, id) == 8 &&
		   offsetof(struct os_received, cookie) == 16 && offsetof(struct os_received, who) == 24 &&
		   offsetof(struct os_received, cred) == 32 && offsetof(struct os_received, words) == 40,
	       "as in reply_receive");

/* os_reply_receive for ever, from *r and into it: across the call nothing lives but the pointer. */
static inline void reply_receive(cap_t endpoint, int64_t status, struct os_received *r, const struct message_desc *desc)
{
	uint64_t rax = os_call_rax(SYS_reply_receive, 0, endpoint);
	register uint64_t r14 __asm__("r14") = (uint64_t)desc;

	__asm__ volatile("push %%rbp\n\t"
			 "push %%rcx\n\t"
			 "mov %%rdx, %%rbp\n\t"
			 "mov 8(%%rcx), %%rbx\n\t"
			 "mov 40(%%rcx), %%rdi\n\t"
			 "mov 48(%%rcx), %%rsi\n\t"
			 "mov 56(%%rcx), %%rdx\n\t"
			 "mov 64(%%rcx), %%r10\n\t"
			 "mov 72(%%rcx), %%r8\n\t"
			 "mov 80(%%rcx), %%r9\n\t"
			 "mov 88(%%rcx), %%r12\n\t"
			 "mov 96(%%rcx), %%r13\n\t"
			 "mov $-1, %%r15\n\t"
			 "syscall\n\t"
			 "pop %%rcx\n\t"
			 "mov %%rax, (%%rcx)\n\t"
			 "mov %%rbx, 8(%%rcx)\n\t"
			 "mov %%r14, 16(%%rcx)\n\t"
			 "mov %%r15, 24(%%rcx)\n\t"
			 "mov %%rbp, 32(%%rcx)\n\t"
			 "mov %%rdi, 40(%%rcx)\n\t"
			 "mov %%rsi, 48(%%rcx)\n\t"
			 "mov %%rdx, 56(%%rcx)\n\t"
			 "mov %%r10, 64(%%rcx)\n\t"
			 "mov %%r8, 72(%%rcx)\n\t"
			 "mov %%r9, 80(%%rcx)\n\t"
			 "mov %%r12, 88(%%rcx)\n\t"
			 "mov %%r13, 96(%%rcx)\n\t"
			 "pop %%rbp"
			 : "+a"(rax), "+r"(r14), "+c"(r), "+d"(status)
			 :
			 : "rbx", "rdi", "rsi", "r8", "r9", "r10", "r12", "r13", "r15", OS_CLOBBERS);
}
