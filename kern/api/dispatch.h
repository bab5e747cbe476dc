/* SPDX-License-Identifier: 0BSD */
/* dispatch.h: from a system call's number to its handler. */
#pragma once

#include "sched/exit.h"

struct cpu;

struct thread;

/* Makes (or makes again) the system call in T's registers. */
void syscall_dispatch(struct thread *t);

/* A handler of T's call answered R. */
void syscall_answer(struct thread *t, int64_t r);

/* The system call of T, which has just entered on CPU, as far as no fast path did it. */
_Noreturn void syscall_long_way(struct cpu *cpu, struct thread *t);
