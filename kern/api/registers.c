/* SPDX-License-Identifier: 0BSD */
/* registers.c: a thread's registers in the ABI's form. */
#include "api/registers.h"

#include <abi/errno.h>
#include "arch/context.h"
#include "obj/thread.h"

/* struct regs.w[i] is this register of the ABI's structure. */
#define WORDS(X) X(0, rdi) X(1, rsi) X(2, rdx) X(3, r10) X(4, r8) X(5, r9) X(6, r12) X(7, r13)
#define NAMED(X) X(rax) X(rbx) X(rcx) X(rbp) X(r11) X(r14) X(r15) X(rip) X(rsp)

void registers_get(const struct thread *t, struct thread_registers *r)
{
#define GET_WORD(i, name) r->name = t->regs.w[i];
#define GET(name)	  r->name = t->regs.name;
	WORDS(GET_WORD)
	NAMED(GET)
	r->rflags = t->regs.rflags;
	r->fs_base = t->fs_base;
}

int64_t registers_set(struct thread *t, struct thread_registers r)
{
	if (r.rip >= USER_END || r.rsp > USER_END || r.fs_base >= USER_END) return -EINVAL;
#define SET_WORD(i, name) t->regs.w[i] = r.name;
#define SET(name)	  t->regs.name = r.name;
	WORDS(SET_WORD)
	NAMED(SET)
	t->regs.rflags = (r.rflags & REGS_FLAGS_ALLOWED) | REGS_USER_FLAGS;
	t->regs.vector = 0; /* not that of a system call: leave by IRET, which loads all registers */
	t->fs_base = r.fs_base;
	context_set_tls(this_cpu(), t);
	t->restart = false;
	t->progress = 0;
	return 0;
}
