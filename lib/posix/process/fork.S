/* SPDX-License-Identifier: 0BSD */
/* fork.S: the point at which a process becomes two.
 *
 * posix_fork_split keeps what C functions keep on the stack and lets posix_fork_build have the child made, whose
 * thread begins at posix_fork_entry with that stack pointer: on its own copy of the stack.
 */
	.text
	.globl posix_fork_split, posix_fork_entry
	.type posix_fork_split, @function
posix_fork_split:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	sub	$8, %rsp
	mov	%rsp, %rdi
	call	posix_fork_build
1:	add	$8, %rsp
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret
posix_fork_entry:
	xor	%eax, %eax
	jmp	1b
	.size posix_fork_split, . - posix_fork_split

	.section .note.GNU-stack, "", @progbits
