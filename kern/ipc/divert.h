/* SPDX-License-Identifier: 0BSD */
/* divert.h: making a thread run something else first (the base of Unix signals).
 *
 * At its next return to user mode a thread with divert bits pending enters the entry that it
 * registered. What it was doing is saved in the area that it registered, not on its stack, so that
 * this works when the stack is the problem. While the area says "busy", further bits wait.
 * thread_undivert goes back.
 */
#pragma once

#include <stdint.h>

struct thread;

/* ORs BITS in. -EAGAIN: T has registered no entry. */
int64_t divert_post(struct thread *t, uint64_t bits);

/* T is about to return to user mode and has bits pending. */
void divert_enter(struct thread *t);

/* T goes back to what its divert interrupted: -EAGAIN when it is in none (or its area is not
 * present). */
int64_t divert_leave(struct thread *t);
