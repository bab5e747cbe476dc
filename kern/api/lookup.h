/* SPDX-License-Identifier: 0BSD */
/* lookup.h: capability arguments. */
#ifndef KERN_API_LOOKUP_H
#define KERN_API_LOOKUP_H

#include <abi/errno.h>
#include "obj/cspace.h"
#include "obj/thread.h"
#include "sched/preempt.h"

/* The capability INDEX of T's CSpace, if it is a TYPE with all of RIGHTS and its object is alive: 0 and *out, or
 * -EBADF, -EACCES. Understands CAP_SELF_*. The slot is borrowed until the lock is dropped. O(1). */
int slot_lookup(struct thread *t, cap_t index, uint8_t type, uint8_t rights, struct slot **out);

#endif
