/* SPDX-License-Identifier: 0BSD */
/* receive.h: receiving. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct endpoint;
struct message;
struct thread;

/* T stops working on its current message, which is parked: it lends neither priority nor time any
 * more. */
void current_park(struct thread *t);

/* The rest of a receive call on EP, T's descriptor at DESC_VA (0: none). Info, SYS_BLOCKED, SYS_RESTART or an error. */
int64_t receive_on(struct thread *t, struct endpoint *ep, uint64_t desc_va, uint64_t deadline_ns);

/* T, which waited at EP and is about to be made ready, gets what is first in the queue: a pulse at
 * once, a message as its incoming one. */
void receive_queued(struct thread *t, struct endpoint *ep);

/* T, which waited at E's endpoint or receives there now, gets E's pulse: its registers are set.
 * Answers the info. */
struct event;
int64_t receive_event(struct thread *t, struct event *e);
