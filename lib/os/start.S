/* SPDX-License-Identifier: 0BSD */
/* start.S: the first instructions of the first program. rdi is the boot page, rsp the end of its stack. */
	.section .text.start, "ax"
	.globl _start
_start:
	xor	%ebp, %ebp
	mov	%rdi, os_boot(%rip)
	call	os_main
	call	os_end
	ud2
	.section .note.GNU-stack, "", @progbits
