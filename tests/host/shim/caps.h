/* SPDX-License-Identifier: 0BSD */
/* caps.h: a small world for tests of capabilities.
 *
 * Real slots, CSpaces, VSpaces, Untypeds and Extents; all other objects are stand-ins that need a
 * few steps to be destroyed and check that they are made in clear memory, once, and end once. The
 * world has one thread-less root CSpace, `host_root`, in whose slots 0 .. HOST_ROOTS - 1 stand
 * Untypeds of 1 MiB, and in slot HOST_DEVICE an Untyped of device memory.
 */
#pragma once

#include "obj/cspace.h"
#include "obj/thread.h"
#include "obj/untyped.h"

#define HOST_ROOTS     4
#define HOST_ROOT_LOG2 20
#define HOST_DEVICE    HOST_ROOTS

extern struct cspace *host_root;

/* What preempt_cut answers; NULL: always false. */
extern bool (*host_preempt)(void);

/* Makes the world in fresh memory. */
void host_caps_begin(void);

/* Revokes everything, takes the world apart and says whether all memory, frames and counts came
 * back. */
bool host_caps_end(void);

/* Panics if any invariant of the whole world is broken. */
void host_caps_check(void);

/* How many objects of a type exist. */
unsigned host_objects(unsigned type);

/* Calls F for every CSpace that exists and can be found from the roots. */
void host_each_cspace(void (*f)(struct cspace *cs));

/* Makes a Connection of the Endpoint in EP and fills TO with its client capability. 0 or -ENOMEM.
 */
int host_connect(const struct slot *ep, struct slot *to);
/* Disconnect pulses queued so far. */
extern unsigned host_disconnects;

/* The real calls, by a thread as the dispatcher would make them, once: capability look-up and
 * rights, then the handler. t->progress is cleared unless the answer is SYS_RESTART. */
int64_t host_call(struct thread *t, unsigned number, cap_t slot, const uint64_t arg[6]);

/* The same, made again until it is answered. */
int64_t host_call_all(struct thread *t, unsigned number, cap_t slot, const uint64_t arg[6]);

/* Binds T, whose memory is the test's, to CS (NULL: to none). */
void host_bind(struct thread *t, struct cspace *cs);
