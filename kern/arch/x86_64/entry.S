/* SPDX-License-Identifier: 0BSD */
/* entry.S: into the kernel and out of it.
 *
 * There is one kernel stack per CPU and none per thread: entry stores the registers straight into the current
 * thread's object (the TSS's rsp0 is the end of its struct regs, so an interrupt's own pushes land there too), then
 * takes the CPU's stack. Leaving loads them from whichever thread C returned. A thread that came by SYSCALL leaves
 * by SYSRET, all others by IRET (Intel SDM vol.2 SYSCALL, SYSRET; vol.3 6.14).
 *
 * Interrupts are off in the kernel but for windows (sched/preempt.h): one that arrives there is only noted in
 * cpu.pending and is served by the code that opened the window.
 */
#include "arch/x86_64/entry.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/selectors.h"
#include "arch/x86_64/vectors.h"

	.code64
	.section .text.entry, "ax", @progbits

/* The part of struct regs that the processor does not push. */
.macro push_registers
	pushq	%rax
	pushq	%r15
	pushq	%r14
	pushq	%rbp
	pushq	%rbx
	pushq	%r13
	pushq	%r12
	pushq	%r9
	pushq	%r8
	pushq	%r10
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	pushq	%rcx
	pushq	%r11
.endm

	.globl	syscall_entry
	.type	syscall_entry, @function
	.p2align 6
syscall_entry:
	swapgs
	movq	%rsp, %gs:ARCH_CPU_SCRATCH
	movq	%gs:ARCH_CPU_TSS_RSP0, %rsp
	movq	%rcx, (REGS_RIP - REGS_SIZE)(%rsp)
	movq	%gs:ARCH_CPU_SCRATCH, %rcx
	movq	%r11, (REGS_RFLAGS - REGS_SIZE)(%rsp)
	movq	%rcx, (REGS_RSP - REGS_SIZE)(%rsp)
	subq	$(REGS_SIZE - REGS_VECTOR - 8), %rsp
	pushq	$ENTRY_SYSCALL
	pushq	%rax
	pushq	%r15
	pushq	%r14
	pushq	%rbp
	pushq	%rbx
	pushq	%r13
	pushq	%r12
	pushq	%r9
	pushq	%r8
	pushq	%r10
	pushq	%rdx
	pushq	%rsi
	pushq	%rdi
	leaq	-(THREAD_REGS + REGS_W)(%rsp), %rsi
	movq	%gs:ARCH_CPU_SELF, %rdi
	movq	%gs:ARCH_CPU_KERNEL_STACK, %rsp
	movl	$1, %ecx
	lock xaddl %ecx, kernel_lock(%rip)
	cmpl	kernel_lock + KERNEL_LOCK_OWNER(%rip), %ecx
	jne	2f
1:	cmpl	$SYS_REPLY_RECEIVE, %eax
	jb	fast_send
	je	fast_reply_receive
	cmpl	$SYS_REPLY_RECEIVE + 1, %eax
	ja	syscall_long_way
	jmp	fast_forward_receive
2:	pushq	%rax
	pushq	%rdi
	pushq	%rsi
	movl	%ecx, %edi
	call	kernel_lock_spin
	popq	%rsi
	popq	%rdi
	popq	%rax
	jmp	1b

/* Leaves for the thread %rdi, whose context is loaded, with the words of the thread %rsi. Both are read before the
 * lock is dropped. The stack is left behind. */
	.globl	exit_to_user
	.type	exit_to_user, @function
	.p2align 4
exit_to_user:
	cmpl	$ENTRY_SYSCALL, THREAD_REGS + REGS_VECTOR(%rdi)
	jne	exit_by_iret
	.globl	exit_by_sysret
exit_by_sysret:
	leaq	THREAD_REGS + REGS_W(%rsi), %rsp
	movq	%rdi, %rax
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%r10
	popq	%r8
	popq	%r9
	popq	%r12
	popq	%r13
	incl	kernel_lock + KERNEL_LOCK_OWNER(%rip)
	leaq	THREAD_REGS + REGS_RBX(%rax), %rsp
	popq	%rbx
	popq	%rbp
	popq	%r14
	popq	%r15
	popq	%rax
	movq	(REGS_RIP - REGS_VECTOR)(%rsp), %rcx
	movq	(REGS_RFLAGS - REGS_VECTOR)(%rsp), %r11
	movq	(REGS_RSP - REGS_VECTOR)(%rsp), %rsp
	swapgs
	sysretq
exit_by_iret:
	leaq	THREAD_REGS(%rdi), %rsp
	incl	kernel_lock + KERNEL_LOCK_OWNER(%rip)
	popq	%r11
	popq	%rcx
	popq	%rdi
	popq	%rsi
	popq	%rdx
	popq	%r10
	popq	%r8
	popq	%r9
	popq	%r12
	popq	%r13
	popq	%rbx
	popq	%rbp
	popq	%r14
	popq	%r15
	popq	%rax
	addq	$16, %rsp /* vector, error */
	swapgs
	iretq

/* All exceptions and interrupts arrive here with vector and error code pushed. */
	.p2align 6
trap_entry:
	testb	$3, 24(%rsp)
	jz	trap_kernel
	swapgs
	push_registers
	leaq	-THREAD_REGS(%rsp), %rdi
	movq	%gs:ARCH_CPU_KERNEL_STACK, %rsp
	pushq	$RFLAGS_NONE /* no gate clears DF, nor AC, which would switch SMAP off */
	popfq
	call	trap_enter

/* In the kernel: an interrupt in a window is noted; an exception is a bug. */
trap_kernel:
	cmpq	$VECTOR_LEGACY_FIRST, (%rsp)
	jb	trap_bug
	pushq	%rax
	movq	8(%rsp), %rax
	btsq	%rax, %gs:CPU_PENDING
	movb	$1, %gs:CPU_ANY_PENDING
	popq	%rax
	addq	$16, %rsp
	iretq
trap_bug:
	push_registers
	movq	%rsp, %rdi
	cld
	call	trap_kernel_bug

/* Non-maskable interrupt, on its own stack, at any instruction: of interest only when a CPU has panicked. */
nmi_entry:
	cmpl	$0, platform_stopping(%rip)
	jne	1f
	iretq
1:	cli
	hlt
	jmp	1b

/* Double fault and machine check: no way back. */
fatal_entry:
	movq	%rsp, %rdi
	cld
	call	trap_fatal

/* One stub a vector, and their addresses for the IDT. */
	.altmacro
.macro stub number
	.p2align 4
trap_stub_\number:
	.if \number == VECTOR_NMI
	jmp	nmi_entry
	.elseif (\number == VECTOR_DOUBLE_FAULT)
	jmp	fatal_entry
	.elseif (\number == VECTOR_MACHINE_CHECK)
	pushq	$0
	jmp	fatal_entry
	.else
	.if (\number < 10) || (\number > 14) && (\number != 17) && (\number != 21) && (\number != 29) && (\number != 30)
	pushq	$0
	.endif
	pushq	$\number
	jmp	trap_entry
	.endif
.endm

	.set	vector, 0
	.rept	256
	stub	%vector
	.set	vector, vector + 1
	.endr

	.section .rodata
	.globl	trap_stubs
	.p2align 3
trap_stubs:
.macro address number
	.quad	trap_stub_\number
.endm
	.set	vector, 0
	.rept	256
	address	%vector
	.set	vector, vector + 1
	.endr
