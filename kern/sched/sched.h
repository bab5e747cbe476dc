/* SPDX-License-Identifier: 0BSD */
/* sched.h: which thread runs.
 *
 * Fixed priorities, preemptive, a ready queue for each CPU. A thread is runnable when its state is
 * THREAD_READY, it is not suspended, and it holds a SchedContext with budget. A runnable thread is
 * either `current` of its CPU or in that CPU's ready queue; never both. A thread in THREAD_READY
 * that has no time is "starved": it waits for its endpoint's reserve or for replenishment.
 *
 * Nothing here switches at once: functions change queues and `cpu->resched`, and sched_next, called
 * on the way out of the kernel, decides. A direct switch (sched_direct) bypasses the ready queue:
 * the thread that gives up the CPU has already been blocked, and the one that gets it is the most
 * urgent by construction or is put back by sched_next.
 */
#pragma once

#include "sched/cpu.h"

struct thread;

/* Makes T runnable: state THREAD_READY, time found (own, or the reserve of the endpoint it serves),
 * into the ready queue of its CPU behind its equals; a remote CPU is told if T is better than what
 * it runs. */
void sched_ready(struct thread *t);

/* T will not run: out of the ready queue, or `current` of its CPU gives it up at its next exit. The
 * caller sets the new state. A passive thread's time goes back by itself (donate.h) before this. */
void sched_block(struct thread *t);

/* T, blocked until now and with time, becomes current of this CPU in place of a thread that just
 * blocked. */
void sched_direct(struct thread *t);

/* T (or NULL) may have lost the time that it held, or found some: when it is READY it runs, is
 * queued, or starves. Not for a thread that is about to be passed to sched_ready or sched_direct.
 */
void sched_retime(struct thread *t);

/* What obj/sched_context.c tells. SC has budget again: its holder, or who starves for it, is ready. The budget
 * of SC has ended: its holder goes on with the reserve of the endpoint that it serves, or starves. */
void sched_time_back(struct sched_context *sc);
void sched_time_out(struct sched_context *sc);

/* T's effective priority becomes PRIORITY: moves it in its ready queue. Only inherit.c calls this.
 */
void sched_set_priority(struct thread *t, uint8_t priority);

/* Behind its equals (yield, end of a slice). */
void sched_rotate(struct thread *t);

/* The thread to run now on this CPU, which becomes `current`; idles until there is one. */
struct thread *sched_next(void);

/* True when T executes on some other CPU at this moment (in user mode, or waiting for the lock). */
bool sched_running_elsewhere(const struct thread *t);

/* Asks CPU to come into the kernel soon (IPI); for this CPU sets resched. */
void sched_kick(struct cpu *cpu);
