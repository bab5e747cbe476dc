/* SPDX-License-Identifier: 0BSD */
/* start.S: the first instructions: from a loader's 32-bit state to boot_main() in the upper half.
 *
 * Both loaders enter boot_entry32 in 32-bit protected mode with flat segments, paging and interrupts
 * off, EBX = physical address of their structure.  GRUB has EAX = the multiboot2 magic; PVH promises
 * nothing about EAX, its structure has a magic of its own.  (Multiboot2 specification 2.0, 3.3; Xen
 * public header arch-x86/hvm/start_info.h.)
 *
 * The early page tables map the first 4 GiB three times with 2 MiB pages: at 0 (we are running there),
 * at PHYS_MAP_BASE, and, only the first GiB, at KERNEL_BASE.  EBP holds the magic and ESI the info
 * address throughout, since CPUID takes EAX to EDX.
 */
#include "arch/x86_64/layout.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/selectors.h"

#define PHYS(symbol)	 ((symbol) - KERNEL_BASE)

#define MB2_MAGIC	 0xe85250d6
#define MB2_ARCH_I386	 0
#define MB2_TAG_END	 0
#define MB2_TAG_FB	 5
#define MB2_TAG_ALIGN	 6
#define MB2_OPTIONAL	 1

#define PVH_PHYS32_ENTRY 18

#define TABLE_ENTRY	 0x03 /* present, writable */
#define LARGE_ENTRY	 0x83 /* present, writable, large */
#define EARLY_PD_COUNT	 4

#define CPUID_EXT_NX	 (1 << 20)
#define CPUID_EXT_LM	 (1 << 29)
#define CPUID_1_APIC	 (1 << 9)

#define UART		 0x3f8

	.section .boot.header, "a"
	.balign 8
mb2_header:
	.long MB2_MAGIC, MB2_ARCH_I386, mb2_header_end - mb2_header
	.long 0x100000000 - MB2_MAGIC - MB2_ARCH_I386 - (mb2_header_end - mb2_header)
	/* any graphics mode with 32 bits per pixel; text mode will do too */
	.short MB2_TAG_FB, MB2_OPTIONAL
	.long 20, 0, 0, 32
	.balign 8
	.short MB2_TAG_ALIGN, 0
	.long 8
	.balign 8
	.short MB2_TAG_END, 0
	.long 8
mb2_header_end:

	.section .note.pvh, "a", @note
	.balign 4
	.long 4, 8, PVH_PHYS32_ENTRY
	.asciz "Xen"
	.quad boot_entry32

	.section .boot.text, "ax"
	.code32
	.global boot_entry32
boot_entry32:
	cli
	cld
	movl %eax, %ebp
	movl %ebx, %esi
	movl $PHYS(boot_stack_top), %esp

	/* What cannot be done without is checked before anything depends on it. */
	movl $text_no_long_mode, %edi
	movl $0x80000000, %eax
	cpuid
	cmpl $0x80000001, %eax
	jb boot_refuse
	movl $0x80000001, %eax
	cpuid
	testl $CPUID_EXT_LM, %edx
	jz boot_refuse
	movl $text_no_nx, %edi
	testl $CPUID_EXT_NX, %edx
	jz boot_refuse
	movl $text_no_apic, %edi
	movl $1, %eax
	cpuid
	testl $CPUID_1_APIC, %edx
	jz boot_refuse

	/* 4 page directories in a row: 2048 pages of 2 MiB */
	movl $PHYS(early_pd), %edi
	movl $LARGE_ENTRY, %eax
	movl $(EARLY_PD_COUNT * 512), %ecx
1:	movl %eax, (%edi)
	movl $0, 4(%edi)
	addl $PAGE_SIZE_2M, %eax
	addl $8, %edi
	decl %ecx
	jnz 1b

	movl $PHYS(early_pd) + TABLE_ENTRY, %eax
	movl %eax, PHYS(early_pdpt_image) + 510 * 8
	movl $PHYS(early_pdpt), %edi
	movl $EARLY_PD_COUNT, %ecx
2:	movl %eax, (%edi)
	addl $PAGE_SIZE, %eax
	addl $8, %edi
	decl %ecx
	jnz 2b

	movl $PHYS(early_pdpt) + TABLE_ENTRY, PHYS(early_pml4)
	movl $PHYS(early_pdpt) + TABLE_ENTRY, PHYS(early_pml4) + PML4_KERNEL_FIRST * 8
	movl $PHYS(early_pdpt_image) + TABLE_ENTRY, PHYS(early_pml4) + 511 * 8

	movl $CR4_PAE, %eax
	movl %eax, %cr4
	movl $PHYS(early_pml4), %eax
	movl %eax, %cr3
	movl $MSR_EFER, %ecx
	rdmsr
	orl $(EFER_LME | EFER_NXE), %eax
	wrmsr
	movl $(CR0_PG | CR0_WP | CR0_NE | CR0_MP | CR0_PE), %eax
	movl %eax, %cr0
	lgdt boot_gdt_pointer
	ljmp $SEL_KERNEL_CODE, $boot_entry64

/* EDI: a text that says why not. Prints it on the first UART, in case there is one, and stops. */
boot_refuse:
	movl $uart_setup, %ecx
1:	movzbl (%ecx), %edx
	movb 1(%ecx), %al
	addl $UART, %edx
	outb %al, %dx
	addl $2, %ecx
	cmpl $uart_setup_end, %ecx
	jne 1b
2:	movb (%edi), %bl
	testb %bl, %bl
	jz 4f
	movl $0x10000, %ecx
	movl $UART + 5, %edx
3:	inb %dx, %al
	testb $0x20, %al
	loopz 3b
	movl $UART, %edx
	movb %bl, %al
	outb %al, %dx
	incl %edi
	jmp 2b
4:	hlt
	jmp 4b

	.code64
boot_entry64:
	movabsq $boot_upper_half, %rax
	jmp *%rax

	.section .boot.rodata, "a"
	.balign 8
boot_gdt:
	.quad 0
	.quad 0x00209b0000000000 /* SEL_KERNEL_CODE: 64-bit */
	.quad 0x00cf93000000ffff /* SEL_KERNEL_DATA */
boot_gdt_pointer:
	.short . - boot_gdt - 1
	.quad boot_gdt

/* register, value: interrupts off, 115200 baud, 8N1, FIFO on */
uart_setup:
	.byte 1, 0, 3, 0x80, 0, 1, 1, 0, 3, 3, 2, 7
uart_setup_end:

text_no_long_mode:
	.asciz "Parley: this processor has no 64-bit mode\r\n"
text_no_nx:
	.asciz "Parley: this processor has no NX (execute disable), or the firmware has switched it off\r\n"
text_no_apic:
	.asciz "Parley: this processor has no local APIC, or the firmware has switched it off\r\n"

	.section .text, "ax"
boot_upper_half:
	movl $SEL_KERNEL_DATA, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
	xorl %eax, %eax
	movl %eax, %fs
	movl %eax, %gs
	movq $boot_stack_top, %rsp
	movl %ebp, %edi
	movl %esi, %esi
	xorl %ebp, %ebp
	call boot_main
1:	hlt
	jmp 1b

/* _Noreturn void boot_switch_stack(uint64_t stack_top, void (*next)(void)) */
	.global boot_switch_stack
boot_switch_stack:
	movq %rdi, %rsp
	xorl %ebp, %ebp
	call *%rsi
1:	hlt
	jmp 1b

	.section .bss.page, "aw", @nobits
	.balign PAGE_SIZE
	.global early_pml4
early_pml4:
	.skip PAGE_SIZE
early_pdpt:
	.skip PAGE_SIZE
early_pdpt_image:
	.skip PAGE_SIZE
early_pd:
	.skip PAGE_SIZE * EARLY_PD_COUNT
	.skip 0x4000
boot_stack_top:

	.section .note.GNU-stack, "", @progbits
