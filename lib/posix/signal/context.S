/* SPDX-License-Identifier: 0BSD */
/* context.S: keeping and changing the flow of control by hand: getcontext and swapcontext.
 *
 * Only what a call keeps is kept, and that the call answers 0. Offsets as in divert.S.
 */
#define GREG(n)	 (40 + 8 * (n))
#define FPREGS	 224
#define FPAREA	 304

	.text
	.macro	save
	mov	%r12, GREG(4)(%rdi)
	mov	%r13, GREG(5)(%rdi)
	mov	%r14, GREG(6)(%rdi)
	mov	%r15, GREG(7)(%rdi)
	mov	%rbp, GREG(10)(%rdi)
	mov	%rbx, GREG(11)(%rdi)
	movq	$0, GREG(13)(%rdi)
	lea	8(%rsp), %rax
	mov	%rax, GREG(15)(%rdi)
	mov	(%rsp), %rax
	mov	%rax, GREG(16)(%rdi)
	pushfq
	popq	GREG(17)(%rdi)
	movq	$0, FPREGS(%rdi)
	stmxcsr	FPAREA(%rdi)
	fnstcw	FPAREA + 4(%rdi)
	.endm

	.globl getcontext
	.type getcontext, @function
getcontext:
	save
	xor	%esi, %esi
	jmp	posix_context_kept	/* keeps the mask; answers 0 */
	.size getcontext, . - getcontext

/* swapcontext(from, to) */
	.globl swapcontext
	.type swapcontext, @function
swapcontext:
	save
	push	%rsi
	call	posix_context_kept
	pop	%rdi
	jmp	setcontext
	.size swapcontext, . - swapcontext

/* Behind the entry of a made context: rbx is its uc_link, the stack is at a multiple of 16. */
	.globl posix_context_begin
posix_context_begin:
	mov	%rbx, %rdi
	and	$-16, %rsp
	call	posix_context_end
	ud2

	.section .note.GNU-stack, "", @progbits
