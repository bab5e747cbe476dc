/* SPDX-License-Identifier: 0BSD */
/* thread.h: thread states, registers and diverts as programs see them. */
#ifndef ABI_THREAD_H
#define ABI_THREAD_H

#include <stdint.h>

/* Word indexes of thread_info. */
enum {
	THREAD_INFO_STATE,    /* enum thread_state of the manual, | 0x100 suspended, | 0x200 starved */
	THREAD_INFO_PRIORITY, /* effective | base << 8 | maximum << 16 */
	THREAD_INFO_CPU,
	THREAD_INFO_NUMBER,
	THREAD_INFO_WAITS,    /* number of the thread that it waits for (server or lock owner), or 0 */
	THREAD_INFO_TIME,     /* ns of processor time used */
	THREAD_INFO_WHO,
	THREAD_INFO_IP,
};

/* thread_get_registers, thread_set_registers. */
struct thread_registers {
	uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp;
	uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
	uint64_t rip, rflags, fs_base;
};

/* thread_divert flags. */
enum {
	DIVERT_INTERRUPT = 1 << 0, /* also end what the thread waits for, with EINTR */
};

/* A divert leaves the interrupted registers here (the area registered with thread_set_divert; 64-byte aligned, within one page)
 * and enters the registered entry with rdi = bits and rsi = the area's address; the stack is untouched. */
struct divert_area {
	uint64_t busy;   /* not 0: the thread is inside its divert entry; further bits wait */
	uint64_t bits;
	struct thread_registers registers;
	uint64_t restart; /* kernel's: how the interrupted call goes on */
};

#endif
