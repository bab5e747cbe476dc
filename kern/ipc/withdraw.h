/* SPDX-License-Identifier: 0BSD */
/* withdraw.h: ending messages other than by their reply. */
#pragma once

#include "ipc/message.h"

struct thread;

/* Takes M out of whatever state it is in: queue, transfer, the endpoint's received list, a server's
 * hands. It is IDLE afterwards, its id stale, its Connection let go, lent time back. The sender's
 * state is the caller's business. O(log n). */
struct thread *message_detach(struct message *m);

/* Only parts M from the server that works on it (returned as above). */
struct thread *message_part(struct message *m);

/* Ends M: its sender's call answers RESULT (a fault message: the fault is refused with RESULT). */
void withdraw_message(struct message *m, int64_t result);

/* The same for anything in an endpoint's queue; pulses are just taken out. */
void withdraw_queued(struct queued *q, int64_t result);
