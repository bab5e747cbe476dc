/* SPDX-License-Identifier: 0BSD */
/* window.S: the one place from which the library waits.
 *
 * A signal or a cancellation that comes between "is there something to be done first?" and the system
 * call would be slept over. So both stand in a window of a few instructions: a divert whose saved
 * instruction pointer lies in [posix_window_begin, posix_window_end) goes on at
 * posix_window_interrupted, as if the call had been made and had ended with EINTR. The system call
 * instruction itself is the window's last: as long as the pointer stands at it, it has not begun.
 *
 * All entry points bring the registers of their call into place, *stop into r11 (which the call
 * destroys) and leave the same frame on the stack: seven saved registers, and where the reply's words
 * go (0: nowhere) on top.
 */
#define EINTR 4

	.section .text.posix_window, "ax", @progbits
	.globl posix_window_begin, posix_window_end, posix_window_interrupted

	.macro	frame words
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	push	\words
	.endm

/* int64_t posix_window_send(uint64_t rax, struct os_words *, const struct message_desc *, uint64_t deadline, const uint32_t *stop) */
	.globl posix_window_send
	.type posix_window_send, @function
posix_window_send:
	frame	%rsi
	mov	%rdi, %rax
	mov	%rdx, %r14
	mov	%rcx, %rbx
	mov	%r8, %r11
	mov	%rsi, %rcx
	mov	(%rcx), %rdi
	mov	8(%rcx), %rsi
	mov	16(%rcx), %rdx
	mov	24(%rcx), %r10
	mov	32(%rcx), %r8
	mov	40(%rcx), %r9
	mov	48(%rcx), %r12
	mov	56(%rcx), %r13
posix_window_begin:
	cmpl	$0, (%r11)
	jne	posix_window_interrupted
	syscall
posix_window_end:
	pop	%rcx
	test	%rcx, %rcx
	jz	1f
	cmp	$-EINTR, %rax
	je	1f
	mov	%rdi, (%rcx)
	mov	%rsi, 8(%rcx)
	mov	%rdx, 16(%rcx)
	mov	%r10, 24(%rcx)
	mov	%r8, 32(%rcx)
	mov	%r9, 40(%rcx)
	mov	%r12, 48(%rcx)
	mov	%r13, 56(%rcx)
1:	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret
posix_window_interrupted:
	mov	$-EINTR, %rax
	jmp	posix_window_end
	.size posix_window_send, . - posix_window_send

/* int64_t posix_window_receive(uint64_t rax, uint64_t deadline, const uint32_t *stop) */
	.globl posix_window_receive
	.type posix_window_receive, @function
posix_window_receive:
	frame	$0
	mov	%rdi, %rax
	mov	%rdx, %r11
	mov	%rsi, %r15
	xor	%r14d, %r14d
	jmp	posix_window_begin
	.size posix_window_receive, . - posix_window_receive

/* int64_t posix_window_call(uint64_t rax, uint64_t a, uint64_t b, uint64_t c, uint64_t d, const uint32_t *stop) */
	.globl posix_window_call
	.type posix_window_call, @function
posix_window_call:
	frame	$0
	mov	%rdi, %rax
	mov	%r9, %r11
	mov	%r8, %r10
	mov	%rsi, %rdi
	mov	%rdx, %rsi
	mov	%rcx, %rdx
	jmp	posix_window_begin
	.size posix_window_call, . - posix_window_call

	.section .note.GNU-stack, "", @progbits
