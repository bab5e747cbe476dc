/* SPDX-License-Identifier: 0BSD */
/* world.h: the objects that the message fuzzer works on, and whoever repairs them.
 *
 * Every object ("thing") is made of an Untyped of its own, so that it can be ended by revoking
 * that, and is named in the root CSpace, which no thread is bound to. The workers' CSpaces hold
 * copies. Threads are 0 .. THREADS - 1; all address spaces look alike: private pages at PRIVATE_VA,
 * shared ones at SHARED_VA, some of them absent.
 */
#pragma once

#include "obj/cspace.h"
#include "obj/thread.h"

#define THREADS	     9
#define REGION_PAGES 16
#define PRIVATE_VA   0x100000ull
#define SHARED_VA    0x200000ull

void world_begin(void);

/* Revokes everything and says whether all memory came back. */
bool world_end(void);

/* Panics if any invariant of the whole world is broken. */
void world_check(void);

/* Repairs, makes, ends or changes something at random; in the kernel of this CPU. */
void world_repair(struct cpu *cpu, struct thread *t);

/* A device: signals an Event, if one is left. */
void world_device(void);

/* The page at VA of V appears, if V has memory for it. */
void world_map(struct vspace *v, uint64_t va);

/* A used slot of CS with a capability of TYPE (OBJ_NONE: any), or a random number. */
cap_t world_slot(const struct cspace *cs, unsigned type);

/* Thread number N, or NULL when it does not exist now. */
struct thread *world_thread(unsigned n);
