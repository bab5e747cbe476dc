/* SPDX-License-Identifier: 0BSD */
/* divert.S: where a thread comes out that `sys` has diverted, and how it gets back.
 *
 * All registers are in the area, so any may be used; vector registers are still those of the interrupted
 * code. The stack pointer is the interrupted one, and the stack may have overflowed: nothing is
 * touched before the stack is chosen. The area stays busy until signal/divert.c ends the divert, so
 * none of this is interrupted by another.
 *
 * Going back does not use the area: the context is loaded from where the handler saw it. The last of it
 * (rdi, rcx, flags, rip) goes over the target's stack, below the 128 bytes that compilers may use unasked,
 * so that a divert between any two of these instructions finds everything still needed above its own
 * frame.
 */

/* Checked against C by signal/divert.c. */
#define RECORD_BLOCKED	 256
#define RECORD_ALT_BASE	 296
#define RECORD_ALT_BYTES 304
#define FRAME_BYTES	 1280
#define GREG(n)		 (40 + 8 * (n))
#define FPREGS		 224
#define RED_ZONE	 128
#define XSAVE_HEADER	 512
/* SIGILL SIGTRAP SIGBUS SIGFPE SIGSEGV SIGSYS: what the code itself caused comes first. */
#define SYNCHRONOUS	 0x400004d8

	.text
	.globl posix_divert_entry, posix_signal_run, posix_context_load
	.type posix_divert_entry, @function

/* rdi: bits, rsi: the thread's record */
posix_divert_entry:
	cld
	mov	RECORD_BLOCKED(%rsi), %rax
	not	%rax
	and	%rdi, %rax
	mov	%rax, %rcx
	and	$SYNCHRONOUS, %rcx
	cmovz	%rax, %rcx
	mov	$-1, %r8
	bsf	%rcx, %rcx
	cmovnz	%rcx, %r8	/* the signal's number less one, or -1 */
	mov	%rsp, %rcx
	sub	$RED_ZONE, %rsp
	test	%r8, %r8
	js	1f
	mov	posix_signal_onstack(%rip), %rax
	bt	%r8, %rax
	jnc	1f
	mov	RECORD_ALT_BYTES(%rsi), %r9
	mov	RECORD_ALT_BASE(%rsi), %r10
	test	%r9, %r9
	jz	1f
	sub	%r10, %rcx
	cmp	%r9, %rcx
	jb	1f		/* already on it */
	lea	(%r10, %r9), %rsp
1:
	mov	posix_fpu_bytes(%rip), %r9
	test	%r9, %r9
	jz	2f
	sub	%r9, %rsp
	and	$-64, %rsp
	xor	%eax, %eax
	.irp	at, 0, 8, 16, 24, 32, 40, 48, 56
	mov	%rax, XSAVE_HEADER + \at(%rsp)
	.endr
	dec	%eax
	mov	%eax, %edx
	xsave64	(%rsp)
	jmp	3f
2:	sub	$512, %rsp
	and	$-64, %rsp
	fxsave64 (%rsp)
3:	mov	%rsp, %rcx
	sub	$FRAME_BYTES, %rsp
	mov	%r8, %rdx
	mov	%rsp, %r8
	xor	%ebp, %ebp
	call	posix_divert_dispatch
	ud2
	.size posix_divert_entry, . - posix_divert_entry

/* rsp: the frame. The divert is over. */
	.type posix_signal_run, @function
posix_signal_run:
	mov	%rsp, %rdi
	call	posix_signal_deliver
	mov	%rsp, %rdi
	.size posix_signal_run, . - posix_signal_run

/* rdi: ucontext_t */
	.type posix_context_load, @function
posix_context_load:
	mov	FPREGS(%rdi), %rcx
	test	%rcx, %rcx
	jz	2f
	cmpq	$0, posix_fpu_bytes(%rip)
	je	1f
	mov	$-1, %eax
	mov	%eax, %edx
	xrstor64 (%rcx)
	jmp	2f
1:	fxrstor64 (%rcx)
2:	mov	GREG(15)(%rdi), %rcx
	sub	$RED_ZONE + 32, %rcx
	mov	GREG(8)(%rdi), %rax
	mov	%rax, (%rcx)
	mov	GREG(14)(%rdi), %rax
	mov	%rax, 8(%rcx)
	mov	GREG(17)(%rdi), %rax
	mov	%rax, 16(%rcx)
	mov	GREG(16)(%rdi), %rax
	mov	%rax, 24(%rcx)
	mov	GREG(0)(%rdi), %r8
	mov	GREG(1)(%rdi), %r9
	mov	GREG(2)(%rdi), %r10
	mov	GREG(3)(%rdi), %r11
	mov	GREG(4)(%rdi), %r12
	mov	GREG(5)(%rdi), %r13
	mov	GREG(6)(%rdi), %r14
	mov	GREG(7)(%rdi), %r15
	mov	GREG(9)(%rdi), %rsi
	mov	GREG(10)(%rdi), %rbp
	mov	GREG(11)(%rdi), %rbx
	mov	GREG(12)(%rdi), %rdx
	mov	GREG(13)(%rdi), %rax
	mov	%rcx, %rsp
	pop	%rdi
	pop	%rcx
	popfq
	ret	$RED_ZONE
	.size posix_context_load, . - posix_context_load

	.section .note.GNU-stack, "", @progbits
