/* SPDX-License-Identifier: 0BSD */
/* fast.h: the short way of the most frequent exchange.
 *
 * Eight words to a waiting receiver, and the reply that receives again, nobody else being concerned. Everything
 * is tested before anything is changed; whatever is out of the ordinary makes these answer NULL with nothing done, and the
 * call takes the long way (ipc/send.c, ipc/reply.c), which does the same and more. Kept equal to it by the tests that run
 * each case both ways.
 */
#ifndef KERN_IPC_FAST_H
#define KERN_IPC_FAST_H

struct cpu;
struct thread;

/* T sends / replies and receives. The thread that runs instead, its context loaded, or NULL. Its words are still in T's
 * registers. */
struct thread *fast_send(struct cpu *cpu, struct thread *t);
struct thread *fast_reply_receive(struct cpu *cpu, struct thread *t);

#endif
