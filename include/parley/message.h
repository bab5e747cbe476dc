/* SPDX-License-Identifier: 0BSD */
/* message.h: the stubs of the four message calls.
 *
 * The words go in and out in registers: after inlining, a struct os_words that never leaves a
 * function is eight registers, and a stub costs little more than loading rax, the deadline and the
 * descriptor. All sixteen registers take part in receive and reply, rbp too, which is why it is
 * saved around them by hand (programs are compiled without a red zone).
 *
 * `desc` is NULL for words alone. Deadlines are absolute nanoseconds (clock.h), DEADLINE_FOREVER or
 * DEADLINE_NOW.
 */
#pragma once

#include <parley/call.h>

/* Sends *words and waits for the reply, whose words replace them. Answers the reply's status or an
 * error of `send` (docs/abi). flags: SEND_. */
OS_INLINE int64_t os_send(cap_t connection, struct os_words *words, const struct message_desc *desc,
			  uint64_t deadline_ns, unsigned flags)
{
	uint64_t rax = os_call_rax(SYS_send, flags, connection);
	register uint64_t r10 __asm__("r10") = words->w[3];
	register uint64_t r8 __asm__("r8") = words->w[4];
	register uint64_t r9 __asm__("r9") = words->w[5];
	register uint64_t r12 __asm__("r12") = words->w[6];
	register uint64_t r13 __asm__("r13") = words->w[7];
	register uint64_t r14 __asm__("r14") = (uint64_t)desc;

	__asm__ volatile("syscall"
			 : "+a"(rax), "+D"(words->w[0]), "+S"(words->w[1]), "+d"(words->w[2]), "+r"(r10), "+r"(r8),
			   "+r"(r9), "+r"(r12), "+r"(r13), "+r"(r14), "+b"(deadline_ns)
			 :
			 : "rcx", OS_CLOBBERS);
	words->w[3] = r10;
	words->w[4] = r8;
	words->w[5] = r9;
	words->w[6] = r12;
	words->w[7] = r13;
	return (int64_t)rax;
}

/* Words alone, for ever. */
OS_INLINE int64_t os_send_words(cap_t connection, struct os_words *words)
{
	return os_send(connection, words, 0, DEADLINE_FOREVER, 0);
}

/* reply, forward and what also receives are one instruction with the same registers. rcx, which the instruction
 * destroys, carries rbp in and out. */
OS_INLINE int64_t os_reply_call(uint64_t rax, uint64_t rbp, struct os_received *r, const struct message_desc *desc,
				uint64_t deadline_ns)
{
	register uint64_t r10 __asm__("r10") = r->words.w[3];
	register uint64_t r8 __asm__("r8") = r->words.w[4];
	register uint64_t r9 __asm__("r9") = r->words.w[5];
	register uint64_t r12 __asm__("r12") = r->words.w[6];
	register uint64_t r13 __asm__("r13") = r->words.w[7];
	register uint64_t r14 __asm__("r14") = (uint64_t)desc;
	register uint64_t r15 __asm__("r15") = deadline_ns;

	__asm__ volatile("push %%rbp\n\t"
			 "mov %%rcx, %%rbp\n\t"
			 "syscall\n\t"
			 "mov %%rbp, %%rcx\n\t"
			 "pop %%rbp"
			 : "+a"(rax), "+D"(r->words.w[0]), "+S"(r->words.w[1]), "+d"(r->words.w[2]), "+r"(r10),
			   "+r"(r8), "+r"(r9), "+r"(r12), "+r"(r13), "+r"(r14), "+r"(r15), "+b"(r->id), "+c"(rbp)
			 :
			 : OS_CLOBBERS);
	r->words.w[3] = r10;
	r->words.w[4] = r8;
	r->words.w[5] = r9;
	r->words.w[6] = r12;
	r->words.w[7] = r13;
	r->cookie = r14;
	r->who = r15;
	r->cred = rbp;
	return (int64_t)rax;
}

/* Waits for the most urgent message or pulse: fills *r, and answers r->info. */
OS_INLINE int64_t os_receive(cap_t endpoint, struct os_received *r, const struct message_desc *desc,
			     uint64_t deadline_ns)
{
	uint64_t rax = os_call_rax(SYS_receive, 0, endpoint);
	register uint64_t r10 __asm__("r10");
	register uint64_t r8 __asm__("r8");
	register uint64_t r9 __asm__("r9");
	register uint64_t r12 __asm__("r12");
	register uint64_t r13 __asm__("r13");
	register uint64_t r14 __asm__("r14") = (uint64_t)desc;
	register uint64_t r15 __asm__("r15") = deadline_ns;

	__asm__ volatile("push %%rbp\n\t"
			 "syscall\n\t"
			 "mov %%rbp, %%rcx\n\t"
			 "pop %%rbp"
			 : "+a"(rax), "=D"(r->words.w[0]), "=S"(r->words.w[1]), "=d"(r->words.w[2]), "=r"(r10),
			   "=r"(r8), "=r"(r9), "=r"(r12), "=r"(r13), "+r"(r14), "+r"(r15), "=b"(r->id), "=c"(r->cred)
			 :
			 : OS_CLOBBERS);
	r->words.w[3] = r10;
	r->words.w[4] = r8;
	r->words.w[5] = r9;
	r->words.w[6] = r12;
	r->words.w[7] = r13;
	r->cookie = r14;
	r->who = r15;
	r->info = (int64_t)rax;
	return r->info;
}

/* Ends the message `id` (0: the current one) with `status` and *words for its sender. */
OS_INLINE int64_t os_reply(cap_t endpoint, uint64_t id, int64_t status, const struct os_words *words,
			   const struct message_desc *desc)
{
	struct os_received r = {.id = id, .words = *words};

	return os_reply_call(os_call_rax(SYS_reply, 0, endpoint), (uint64_t)status, &r, desc, 0);
}

/* os_reply to r->id (0: the current one) with r->words, then os_receive into *r. A sender that is
 * gone is no error. */
OS_INLINE int64_t os_reply_receive(cap_t endpoint, int64_t status, struct os_received *r,
				   const struct message_desc *desc, uint64_t deadline_ns)
{
	r->info = os_reply_call(os_call_rax(SYS_reply_receive, 0, endpoint), (uint64_t)status, r, desc, deadline_ns);
	return r->info;
}

/* Hands the message `id` (0: the current one) to CONNECTION with *words in place of its own; so many bytes of its data
 * are hidden. */
OS_INLINE int64_t os_forward(cap_t endpoint, uint64_t id, cap_t connection, const struct os_words *words,
			     uint32_t skip_bytes)
{
	struct os_received r = {.id = id, .words = *words};

	return os_reply_call(os_call_rax(SYS_forward, 0, endpoint), connection | (uint64_t)skip_bytes << 32, &r, 0, 0);
}

/* os_forward of r->id (0: the current one) with r->words, then os_receive into *r. A sender that is gone is no error.
 * After an error the message may be there still: reply to it, which is ESRCH if it is not. */
OS_INLINE int64_t os_forward_receive(cap_t endpoint, cap_t connection, uint32_t skip_bytes, struct os_received *r,
				     const struct message_desc *desc, uint64_t deadline_ns)
{
	r->info = os_reply_call(os_call_rax(SYS_forward_receive, 0, endpoint), connection | (uint64_t)skip_bytes << 32,
				r, desc, deadline_ns);
	return r->info;
}
