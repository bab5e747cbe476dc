/* SPDX-License-Identifier: 0BSD */
/* fast.h: the short way of the most frequent exchange.
 *
 * Eight words to a waiting receiver, and the reply that receives again, nobody else being concerned. Everything
 * is tested before anything is changed; whatever is out of the ordinary takes the long way (ipc/send.c, ipc/reply.c), which
 * does the same and more.
 */
#ifndef KERN_IPC_FAST_H
#define KERN_IPC_FAST_H

#include "sched/exit.h"

struct cpu;
struct thread;

/* T, which has just entered on CPU, sends / replies and receives. Who runs now, context loaded. The words of the other
 * party stay where they are, in T's registers. */
struct leaving fast_send(struct cpu *cpu, struct thread *t);
struct leaving fast_reply_receive(struct cpu *cpu, struct thread *t);

#endif
