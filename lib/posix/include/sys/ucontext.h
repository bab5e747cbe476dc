/* SPDX-License-Identifier: 0BSD */
/* sys/ucontext.h: what a signal handler finds of the code that it interrupted. */
#ifndef PARLEY_SYS_UCONTEXT_H
#define PARLEY_SYS_UCONTEXT_H

#include <sys/cdefs.h>
#include <sys/signal.h>

typedef long long greg_t;

enum {
	REG_R8,
	REG_R9,
	REG_R10,
	REG_R11,
	REG_R12,
	REG_R13,
	REG_R14,
	REG_R15,
	REG_RDI,
	REG_RSI,
	REG_RBP,
	REG_RBX,
	REG_RDX,
	REG_RAX,
	REG_RCX,
	REG_RSP,
	REG_RIP,
	REG_EFL,
	REG_CSGSFS,
	REG_ERR,
	REG_TRAPNO,
	REG_OLDMASK,
	REG_CR2
};
#define NGREG 23

typedef greg_t gregset_t[NGREG];

typedef struct {
	gregset_t gregs;
	void *fpregs; /* what xsave or fxsave left, or NULL */
	unsigned long __spare[8];
} mcontext_t;

typedef struct ucontext_t {
	unsigned long uc_flags;
	struct ucontext_t *uc_link;
	stack_t uc_stack;
	mcontext_t uc_mcontext;
	sigset_t uc_sigmask;
	/* What getcontext keeps; a handler's context has its own area. */
	char __fpregs[512] __attribute__((aligned(16)));
} ucontext_t;

#endif
