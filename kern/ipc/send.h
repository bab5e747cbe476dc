/* SPDX-License-Identifier: 0BSD */
/* send.h: the part of sending that all senders share. */
#pragma once

#include "ipc/message.h"

struct connection;
struct endpoint;
struct thread;

/* The whole of a send call of T on C; the same when T's descriptor has been read. */
int64_t send_message(struct thread *t, struct connection *c);
int64_t send_described(struct thread *t, struct connection *c);

/* T, running, sends T->call (desc and length_bytes are set) on C. SYS_BLOCKED, or -ESRVDEAD,
 * -EAGAIN (no receiver waits and the deadline is DEADLINE_NOW), -ETIMEDOUT, -EDEADLK. */
int64_t send_begin(struct thread *t, struct connection *c, enum message_kind kind, unsigned flags,
		   uint64_t deadline_ns);

/* EP's only server waits, directly or through at most MESSAGE_HOPS_MAX others, for T. */
bool send_would_deadlock(const struct thread *t, const struct endpoint *ep);
