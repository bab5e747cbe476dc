/* SPDX-License-Identifier: 0BSD */
/* selectors.h: segment selectors, IST numbers and the offsets in struct arch_cpu that assembler uses.
 *
 * The order is what SYSCALL/SYSRET dictate (AMD APM vol.2 6.1.1): STAR[47:32] = SEL_KERNEL_CODE and
 * STAR[63:48] = SEL_KERNEL_DATA, from which SYSRET makes user SS = +8 and user CS = +16, with
 * RPL 3; the register has it already, so that nothing depends on who adds it. arch_cpu.h asserts
 * the offsets.
 */
#pragma once

#define SEL_KERNEL_CODE 0x08
#define SEL_KERNEL_DATA 0x10
#define SEL_USER_DATA	0x1b
#define SEL_USER_CODE	0x23
#define SEL_TSS		0x28
#define SEL_STAR_USER	(SEL_KERNEL_DATA | 3)

/* Interrupt stack table entries for the exceptions that may strike at any instruction. */
#define IST_NMI		  1
#define IST_DOUBLE_FAULT  2
#define IST_MACHINE_CHECK 3

/* %gs-relative */
#define ARCH_CPU_SELF	      0
#define ARCH_CPU_KERNEL_STACK 8
#define ARCH_CPU_SCRATCH      16
#define ARCH_CPU_INDEX	      24
#define ARCH_CPU_TSS_RSP0     40
