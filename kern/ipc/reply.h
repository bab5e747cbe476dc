/* SPDX-License-Identifier: 0BSD */
/* reply.h: ending messages by replies. */
#pragma once

#include "ipc/message.h"

struct endpoint;
struct thread;

/* The RECEIVED message of EP that T names by ID; 0: the one that it works on. NULL: gone. */
struct message *reply_message(struct thread *t, struct endpoint *ep, uint64_t id);

/* Everything of T's reply to M that can fail or be cut; 0 when it is only to be let go, and T's descriptor says no more
 * than what is accepted. Else SYS_BLOCKED, SYS_RESTART, or an error of reply. */
int64_t reply_prepare(struct thread *t, struct message *m);
