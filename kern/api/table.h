/* SPDX-License-Identifier: 0BSD */
/* table.h: the dispatcher's table, one entry per system call.
 *
 * Expanded from syscall.def, as is the prototype of every handler. The dispatcher looks the
 * capability up, checks type and right, and calls; a handler checks the arguments. `slot` is NULL
 * for calls of type OBJ_NONE. Handlers answer 0 or more, -errno, SYS_RESTART or SYS_BLOCKED
 * (sched/preempt.h).
 */
#pragma once

#include <stdint.h>
#include <abi/syscall.h>

struct thread;
struct slot;

struct syscall {
	int64_t (*handler)(struct thread *t, struct slot *slot, const uint64_t *arg);
	uint8_t type;  /* enum object_type; OBJ_NONE: no capability is looked up */
	uint8_t right; /* bits that the capability must have */
};

_Static_assert(sizeof(struct syscall) == 16, "found with a shift");

/* Every number that fits a byte has an entry: those that are no call answer ENOSYS. */
extern const struct syscall syscall_table[256];

#define SYSCALL(name, ...) int64_t sys_##name(struct thread *, struct slot *, const uint64_t *);
#include <abi/syscall_each.h>
