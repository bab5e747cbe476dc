/* SPDX-License-Identifier: 0BSD */
/* deliver.h: bringing a message from a sender to a receiver.
 *
 * Whoever completes the pair (a sender that finds a receiver waiting, or a receiver that finds a
 * queue), the receiver does the work: the message is in TRANSFER, `receiver->incoming` names it,
 * and the receiver's receive call goes on with deliver_continue, on the sender's time when it is
 * passive. A message of words alone is delivered at once.
 */
#pragma once

#include "ipc/message.h"

struct thread;

/* Sends M on C: fills in endpoint and connection, and hands it to a waiting receiver or queues it.
 * M's sender is blocked or about to be; its state is set. Answers the receiver that got it and can
 * run, or NULL when it queues. C's endpoint is not dead. O(log n). */
struct thread *deliver_start(struct message *m, struct connection *c);

/* T, which deliver_start answered, goes on with its receive call: at once in place of a thread of
 * this CPU that has just blocked, else when it is its turn. */
void deliver_hand_over(struct thread *t);

/* The receiver T takes M out of the queue of its endpoint into TRANSFER. */
void deliver_take(struct thread *t, struct message *m);

/* T, which has an incoming message, copies what is left of it. Info (>= 0): delivered. SYS_RESTART,
 * SYS_BLOCKED (T itself faulted), -EFAULT (T's buffer is bad; the message is queued again), or
 * DELIVER_NEXT: that message is not to be had now. */
#define DELIVER_NEXT ((int64_t)-1000003)
int64_t deliver_continue(struct thread *t);

/* T will not receive after all: what it was copying goes back to its place in the queue. */
void deliver_put_back(struct thread *t);

/* The sender of M, which T is copying, lacks LENGTH bytes at VA: it faults and keeps its place in the queue.
 * Answers DELIVER_NEXT. */
int64_t deliver_hold_sender(struct thread *t, struct message *m, uint64_t va, uint64_t length, unsigned access);
