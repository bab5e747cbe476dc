/* SPDX-License-Identifier: 0BSD */
/* reply.h: ending messages by replies. */
#pragma once

#include "ipc/message.h"

struct endpoint;
struct thread;

/* The RECEIVED message of EP that T names by ID; 0: the one that it works on. NULL: gone. */
struct message *reply_message(struct thread *t, struct endpoint *ep, uint64_t id);

/* M is answered with STATUS: it is IDLE afterwards, and its sender may run (READY but in no queue:
 * the caller passes it to sched_ready or sched_direct). NULL when there is no thread to make ready.
 */
struct thread *reply_finish(struct message *m, int64_t status);
