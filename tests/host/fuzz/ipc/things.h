/* SPDX-License-Identifier: 0BSD */
/* things.h: what the parts of the message fuzzer's world share: the table of its objects, and where they are.
 *
 *   things.c   the table, finding objects, calls in nobody's name, pages of address spaces
 *   set_up.c   what a new object is bound to and configured with
 *   check.c    the whole world is as it should be
 *   world.c    the beginning, what happens at random, the end
 */
#pragma once

#include <abi/syscall.h>
#include "host/fuzz/ipc/machine.h"
#include "host/fuzz/ipc/world.h"

#define rnd machine_random

/* Slots of the root CSpace: the Untyped of all, three for each thing, the shared Extent's copies.
 */
#define ROOT	      0
#define MEMORY(i)     (1 + 3 * (i))
#define OBJECT(i)     (2 + 3 * (i))
#define FEED(i)	      (3 + 3 * (i))
#define SHARED(i)     (200 + (i)) /* for address space I */
#define CONNECTION_AT 240

enum { FIRST_SPACE = THREADS, FIRST_TABLE = THREADS + 3, FIRST_EXTENT = THREADS + 6 };
#define SHARED_EXTENT (FIRST_EXTENT + 3)
#define THINGS	      38

struct thing {
	uint8_t type, log2, memory_log2, feed_log2;
};

extern const struct thing things[THINGS];
extern struct cspace *root;
extern struct thread nobody; /* in whose name the root's calls are made */

struct slot *at(cap_t index);
/* The object of thing I, alive, or NULL; the number of one of TYPE at random, its object. */
struct object *object(unsigned i);
unsigned some_thing(unsigned type);
struct object *some_object(unsigned type);

/* A call of nobody's that does not wait. */
int64_t call(unsigned number, cap_t slot, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f);

void unmap_some(void);
void map_some(struct vspace *v);

/* set_up.c: thing I is new, or gets something more. */
void put_connection(void);
void bind_connection(unsigned i);
void bind_time(unsigned i);
void start_thread(unsigned i);
void set_up(unsigned i);
