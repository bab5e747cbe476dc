/* SPDX-License-Identifier: 0BSD */
/* crt0.S: the first instructions of a POSIX program.
 *
 * As the System V ABI says, the stack pointer is at argc; behind it lie the arguments, NULL, the
 * environment, NULL, and the auxiliary vector. __libc_start takes that address and does not return.
 */
	.section .text.start, "ax"
	.globl _start
_start:
	xor	%ebp, %ebp
	mov	%rsp, %rdi
	and	$-16, %rsp
	call	__libc_start
	ud2
	.section .note.GNU-stack, "", @progbits
