/* SPDX-License-Identifier: 0BSD */
/* signal.h: signals: to whom they go, and what is done about them. */
#pragma once

#include "proc/process.h"

/* Sends *S to P, or to T alone if that is not NULL (a thread of P). May end or stop P, but frees nothing before the
 * handler returns. -EAGAIN with MUST_QUEUE. */
int signal_send(struct process *p, struct thread *t, const struct signal *s, bool must_queue);
/* The same with SI_KERNEL and nothing known but the number. */
void signal_send_kernel(struct process *p, unsigned number);
/* Looks at all that is pending: masks have changed, or P goes on. FIRST, if not NULL, is asked first. */
void signal_deliver_all(struct process *p, struct thread *first);
/* P's first signal to its parent about itself. */
void signal_parent(struct process *p, int32_t code, uint32_t status);
/* Whether P's parent does not want to be told of its end: then nobody waits for it. */
bool signal_parent_ignores(const struct process *p);
/* Ends a stop. */
void signal_continue(struct process *p);
/* Which signals P ignores and catches. */
uint64_t signal_ignored(const struct process *p);
uint64_t signal_caught(const struct process *p);
/* T goes: what is pending for the process and was to be its own goes to others. */
void signal_thread_ends(struct thread *t);
/* Says on the console that P is ended by a fault. */
void signal_report(const struct thread *t, unsigned number, uint64_t address, uint64_t ip);
