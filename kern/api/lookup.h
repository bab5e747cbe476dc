/* SPDX-License-Identifier: 0BSD */
/* lookup.h: capability arguments. */
#pragma once

#include "obj/cspace.h"
#include "obj/thread.h"

/* The capability INDEX of T's CSpace, if it is a TYPE with all of RIGHTS and its object is alive: 0
 * and *out, or -EBADF, -EACCES. Understands CAP_SELF_*. The slot is borrowed until the lock is
 * dropped. O(1). */
int slot_lookup(struct thread *t, cap_t index, uint8_t type, uint8_t rights, struct slot **out);

/* A call that is made again goes on only with the capability with which it began; when that has
 * gone, so has its work. S is what it finds; what it began with is kept in T->progress. */
bool slot_still_same(struct thread *t, const struct slot *s);

/* S, of TYPE, names an object that was taken apart because memory it was fed is gone. */
static inline bool slot_lookup_dead(const struct slot *s, uint8_t type)
{
	return (type == OBJ_CSPACE || type == OBJ_VSPACE || type == OBJ_ENDPOINT) && s->object->dead;
}
