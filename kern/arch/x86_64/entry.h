/* SPDX-License-Identifier: 0BSD */
/* entry.h: the offsets that entry.S uses, for both languages; trap.c asserts them. */
#pragma once

#define ENTRY_SYSCALL 256

#define THREAD_REGS   48 /* offsetof(struct thread, regs) */

/* offsetof(struct regs, ...) */
#define REGS_W		  16
#define REGS_RBX	  80
#define REGS_VECTOR	  120
#define REGS_RIP	  136
#define REGS_RFLAGS	  152
#define REGS_RSP	  160
#define REGS_SIZE	  176

#define KERNEL_LOCK_OWNER 4 /* offsetof(struct kernel_lock, owner) */

#define SYS_REPLY_RECEIVE 1 /* its number; send is 0, forward_receive 2 */

#define CPU_ANY_PENDING	  240 /* offsetof(struct cpu, any_pending) */
#define CPU_PENDING	  208 /* offsetof(struct cpu, pending) */

#ifndef __ASSEMBLER__
#include <stdint.h>

struct thread;

extern const uint64_t trap_stubs[256];

/* SYSCALL's target. */
void syscall_entry(void);
/* Leaves for T, whose context is loaded, with the first eight words of the thread WORDS, and drops
 * the kernel lock. */
_Noreturn void exit_to_user(struct thread *t, struct thread *words);
/* The same when T is known to be in a system call. */
_Noreturn void exit_by_sysret(struct thread *t, struct thread *words);
#endif
