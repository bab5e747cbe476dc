/* SPDX-License-Identifier: 0BSD */
/* fault.h: the words of a fault message.
 *
 * The kernel sends it for the thread on the thread's fault connection. Replying with status 0
 * resumes the thread (a page fault tries again); a negative status means that nobody will help: a
 * fault taken inside a message makes the call end with EFAULT, any other fault stops the thread.
 */
#pragma once

/* Word indexes. */
enum {
	FAULT_WORD_KIND,    /* enum fault_kind, or FAULT_IN_MESSAGE */
	FAULT_WORD_ADDRESS, /* page faults: the address */
	FAULT_WORD_LENGTH,  /* page faults in messages: bytes needed from there; else 1 */
	FAULT_WORD_ACCESS,  /* PROT_READ, PROT_WRITE or PROT_EXEC */
	FAULT_WORD_IP,	    /* instruction pointer */
	FAULT_WORD_CODE,    /* the processor's error code */
	FAULT_WORD_THREAD,  /* the thread's number */
	FAULT_WORD_SP,	    /* stack pointer */
};

enum fault_kind {
	FAULT_PAGE,		   /* #PF */
	FAULT_DIVIDE,		   /* #DE */
	FAULT_DEBUG,		   /* #DB */
	FAULT_BREAKPOINT,	   /* #BP */
	FAULT_OVERFLOW,		   /* #OF, #BR */
	FAULT_ILLEGAL,		   /* #UD */
	FAULT_PROTECTION,	   /* #GP, #SS, #TS, #NP */
	FAULT_FLOAT,		   /* #MF, #XM */
	FAULT_ALIGNMENT,	   /* #AC */
	FAULT_SYSCALL,		   /* a system call broke its contract */
	FAULT_IN_MESSAGE = 1 << 8, /* or'ed in: taken by the kernel for a message buffer */
};
