/* SPDX-License-Identifier: 0BSD */
/* donate.h: on whose time a thread runs.
 *
 * A SchedContext has one holder at most. A thread with its own runs on that. A passive thread runs
 * on the time of the sender whose message it works on (`message.lent`), or, without one, on the
 * reserve of the endpoint that it serves; while there is none, or another thread holds it, it starves
 * in the endpoint's queue, by priority, and lends its priority to whoever holds the reserve.
 * Lent time goes on along a chain of messages, at most LEND_DEPTH_MAX links, and comes back when
 * the message ends, is parked, or is withdrawn: then whoever holds it at the end of the chain falls
 * back to its own endpoint's reserve.
 */
#pragma once

#include "ipc/message.h"

#define LEND_DEPTH_MAX 16

struct endpoint;
struct sched_context;
struct thread;

/* M's sender, blocked, lends its time to the passive receiver M->server, if it has any. */
void donate_lend(struct message *m);

/* What M lent goes back to its sender. Whoever held it looks for other time (sched_retime), unless
 * that is M->server: its caller knows better what it does next. O(LEND_DEPTH_MAX). */
void donate_return(struct message *m);

/* T is about to run: true when it holds time that it can use. Else it is starved: in the queue of the
 * endpoint that it serves or waiting for replenishment, or without any prospect (it serves none).
 */
bool donate_find_time(struct thread *t);

/* EP's reserve is free: the most urgent thread that starves there goes on. False: none does. */
bool donate_feed_starved(struct endpoint *ep);

/* T, which starves, has another priority. */
void donate_wait_anew(struct thread *t);

/* T blocks: gives a reserve that it holds to the next in its queue, and no longer queues itself. */
void donate_stop_waiting(struct thread *t);

/* The time that T holds is used up: lent time goes back to the lender. */
void donate_exhausted(struct thread *t);

/* SC is going away: nobody holds or owns it afterwards. */
void donate_forget(struct sched_context *sc);

/* T, which has no current message, gives up what it holds. Its own stays its own. */
void donate_drop(struct thread *t);

/* T gives up all time: what it holds goes back or becomes free; it owns none afterwards. */
void donate_leave(struct thread *t);
