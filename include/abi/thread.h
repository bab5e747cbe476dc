/* SPDX-License-Identifier: 0BSD */
/* thread.h: what programs see of a thread: its states, its registers, and what thread_info answers.
 */
#pragma once

#include <stdint.h>

enum thread_state {
	THREAD_INACTIVE, /* not started, or ended for good */
	THREAD_READY,	 /* runs, can run, or has no time to run on */
	THREAD_SEND,	 /* its message is queued */
	THREAD_TRANSFER, /* its message is being copied by its receiver */
	THREAD_REPLY,	 /* its message was received; waits for the reply */
	THREAD_RECEIVE,	 /* waits at an endpoint */
	THREAD_FAULT,	 /* waits for its pager or exception handler */
	THREAD_SYNC,	 /* waits on an address or a lock word */
	THREAD_SLEEP,	 /* waits for a time */
	THREAD_STATES
};

/* Words of thread_info. */
enum {
	THREAD_INFO_STATE,    /* enum thread_state, or'ed with THREAD_INFO_SUSPENDED */
	THREAD_INFO_PRIORITY, /* effective */
	THREAD_INFO_BASE_PRIORITY,
	THREAD_INFO_CPU,
	THREAD_INFO_NUMBER,    /* of the thread: as in fault messages and lock words */
	THREAD_INFO_WAITS_FOR, /* number of the thread whose reply or lock it waits for, or of one that may receive what
				  it has queued; 0: none */
	THREAD_INFO_TIME_NS,   /* processor time used */
	THREAD_INFO_STARVED,   /* 1: ready without time */
};
#define THREAD_INFO_SUSPENDED 0x100

/* What thread_get_registers, thread_set_registers and a divert read and write. */
struct thread_registers {
	uint64_t rdi, rsi, rdx, r10, r8, r9, r12, r13;
	uint64_t rbx, rbp, r14, r15, r11, rcx, rax;
	uint64_t rip, rflags, rsp, fs_base;
};

/* Flags of thread_divert. */
enum {
	DIVERT_INTERRUPT = 1 << 0, /* also end what the thread waits for, with EINTR */
};

/* Where a divert leaves what it interrupted, in the thread's memory. The entry begins with rdi =
 * bits and rsi = the area's address; the stack pointer stays as it was. The area is aligned so that
 * it lies in one page. */
struct divert_area {
	struct thread_registers registers;
	uint64_t bits;
	uint64_t busy; /* 1 from the divert to thread_undivert */
} __attribute__((aligned(256)));

_Static_assert(sizeof(struct divert_area) == 256, "its alignment");
