/* SPDX-License-Identifier: 0BSD */
/* calls.h: what threads of the message fuzzer do. */
#pragma once

struct thread;

/* Fills T's registers, and some of its memory, with a system call at random. */
void calls_choose(struct thread *t);

/* Forgets message ids and connections seen. */
void calls_reset(void);

/* In T's registers: the name of the call, for traces. */
const char *calls_name(const struct thread *t);
