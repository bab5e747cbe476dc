/* SPDX-License-Identifier: 0BSD */
/* check.h: the invariant checker.
 *
 * Says with a panic which invariant is broken, after every system call of a debug kernel; the release flavour
 * compiles it away. Under the kernel lock. All of it is bounded: tests/host/check has what follows whole tables, trees
 * and queues.
 */
#pragma once

#include "obj/cspace.h"
#include "obj/sched_context.h"
#include "obj/thread.h"

/* S and its two neighbours, and what it names. Constant time. */
void check_slot(const struct slot *s);

/* T's state, messages, work and time agree with each other and with what they name. Bounded. */
void check_thread(const struct thread *t);

/* T is about to leave the kernel on this CPU: that it may, check_thread, and a slot of its CSpace.
 * Bounded; for the way out. */
void check_exit(const struct thread *t);
