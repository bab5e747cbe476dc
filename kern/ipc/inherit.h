/* SPDX-License-Identifier: 0BSD */
/* inherit.h: effective priorities.
 *
 * A thread's effective priority is the highest of: its base; the priority of the message that it
 * works on; that of the pulse that it works on; what queued senders lend to the registered servers
 * of an endpoint; what waiters lend to the owner of a lock; what those who starve lend to the holder
 * of the reserve. A change is passed on along whatever the thread itself waits for. Passing on visits
 * at most INHERIT_MAX threads; further ones keep their old priority (docs/limits.md).
 */
#pragma once

#include <stdint.h>

#define INHERIT_MAX 32

struct endpoint;
struct thread;

/* What T's priority ought to be. */
uint8_t inherit_effective(const struct thread *t);

/* Something that T's priority depends on has changed. */
void inherit_update(struct thread *t);

/* The first of EP's queue may have changed: its registered servers' lent priority follows. */
void inherit_endpoint(struct endpoint *ep);
