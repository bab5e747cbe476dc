/* SPDX-License-Identifier: 0BSD */
/* trampoline.S: what an application processor runs first: from real mode to smp_ap_entry().
 *
 * The code between trampoline_start and trampoline_end is copied to a page below 1 MiB, whose number
 * is the start-up IPI's vector: CS = page / 16, IP = 0.  It is position-independent but for the words
 * that smp.c fills in.  It goes from real mode to 64-bit mode in one step: PAE, CR3, EFER.LME, then
 * PG and PE together (AMD APM vol.2 14.6.1 describes the same by way of protected mode).
 *
 * The mailbox holds the struct cpu of the CPU that is being started; whoever comes takes it out, in
 * one atomic step.  A CPU that finds it empty comes too late and halts.
 */
#include "arch/x86_64/layout.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/selectors.h"

#define OFFSET(symbol) ((symbol) - trampoline_start)

	.section .rodata, "a"
	.balign 16
	.global trampoline_start, trampoline_end
	.global trampoline_gdt_pointer, trampoline_gdt, trampoline_far, trampoline_long
	.global trampoline_pml4, trampoline_mailbox
	.code16
trampoline_start:
	cli
	cld
	movw %cs, %ax
	movw %ax, %ds
	movl $CR4_PAE, %eax
	movl %eax, %cr4
	movl OFFSET(trampoline_pml4), %eax
	movl %eax, %cr3
	movl $MSR_EFER, %ecx
	xorl %edx, %edx
	movl $(EFER_LME | EFER_NXE), %eax
	wrmsr
	lgdtl OFFSET(trampoline_gdt_pointer)
	movl $(CR0_PG | CR0_WP | CR0_NE | CR0_MP | CR0_PE), %eax
	movl %eax, %cr0
	ljmpl *OFFSET(trampoline_far)

	.code64
trampoline_long:
	movl $SEL_KERNEL_DATA, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
	xorl %eax, %eax
	movl %eax, %fs
	movl %eax, %gs
	xorl %edi, %edi
	xchgq %rdi, trampoline_mailbox(%rip)
	testq %rdi, %rdi
	jz 1f
	movq ARCH_CPU_KERNEL_STACK(%rdi), %rsp
	xorl %ebp, %ebp
	movabsq $smp_ap_entry, %rax
	call *%rax
1:	cli
	hlt
	jmp 1b

	.balign 8
trampoline_gdt:
	.quad 0
	.quad 0x00209b0000000000 /* SEL_KERNEL_CODE: 64-bit */
	.quad 0x00cf93000000ffff /* SEL_KERNEL_DATA */
trampoline_gdt_pointer:
	.short . - trampoline_gdt - 1
	.long 0 /* filled in: linear address of trampoline_gdt */
	.balign 4
trampoline_far:
	.long 0 /* filled in: linear address of trampoline_long */
	.short SEL_KERNEL_CODE
	.balign 8
trampoline_pml4:
	.quad 0 /* filled in: an address below 4 GiB */
trampoline_mailbox:
	.quad 0
trampoline_end:

	.section .note.GNU-stack, "", @progbits
