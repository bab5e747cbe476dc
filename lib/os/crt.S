/* SPDX-License-Identifier: 0BSD */
/* crt.S: the first instructions of a program that has no C library. rsp points to argc, as the System V ABI says. */
	.section .text.start, "ax"
	.globl _start
_start:
	xor	%ebp, %ebp
	mov	(%rsp), %edi
	lea	8(%rsp), %rsi
	and	$-16, %rsp
	call	os_program
	ud2
	.section .note.GNU-stack, "", @progbits
