/* SPDX-License-Identifier: 0BSD */
/* fast.h: the short way of the most frequent exchange.
 *
 * Eight words to a waiting receiver, and the reply that receives again, nobody else being
 * concerned. Everything is tested before anything is changed; whatever is out of the ordinary takes
 * the long way (ipc/send.c, ipc/reply.c), which does the same and more.
 */
#pragma once

struct cpu;
struct thread;

/* T, which has just entered on CPU with the lock taken, sends / replies and receives; leaves for
 * whoever runs then. The words are not copied: the other party leaves with those in T's registers.
 * Called by entry.S alone. */
_Noreturn void fast_send(struct cpu *cpu, struct thread *t);
_Noreturn void fast_reply_receive(struct cpu *cpu, struct thread *t);
_Noreturn void fast_forward_receive(struct cpu *cpu, struct thread *t);
