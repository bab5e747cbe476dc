/* SPDX-License-Identifier: 0BSD */
/* leave.S: the last instructions of a thread. They need no memory: as soon as *ended is 1 whoever joins may
 * take the stack away.
 *
 * posix_thread_leave(uint32_t *ended or NULL, rax of sync_wake, rax of send, word 0, stack, length)
 */
#define EINTR 4
	.text
	.globl posix_thread_leave
	.type posix_thread_leave, @function
posix_thread_leave:
	mov	%rdx, %rbp
	mov	%rcx, %r12
	mov	%r9, %r15
	test	%rdi, %rdi
	jz	1f
	movl	$1, (%rdi)
	mov	%rsi, %rax
	mov	$1, %esi		/* nobody else may wait there */
	xor	%edx, %edx
	syscall			/* keeps r8 */
1:	mov	%rbp, %rax
	mov	%r12, %rdi
	xor	%esi, %esi
	mov	%r8, %rdx
	mov	%r15, %r10
	xor	%r14d, %r14d
	mov	$-1, %rbx	/* no deadline */
	syscall
	cmp	$-EINTR, %rax	/* sys, on another processor, meant it before it knew */
	je	1b
	ud2			/* not answered */
	.size posix_thread_leave, . - posix_thread_leave

	.section .note.GNU-stack, "", @progbits
