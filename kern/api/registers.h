/* SPDX-License-Identifier: 0BSD */
/* registers.h: a thread's registers in the ABI's form. */
#pragma once

#include <stdint.h>

struct thread;
struct thread_registers;

void registers_get(const struct thread *t, struct thread_registers *r);

/* R is a copy, since other threads may write where it comes from. -EINVAL when rip, rsp or fs_base is no user address;
 * flags are filtered. A system call that was to be restarted is forgotten; T returns to user mode with all of these
 * registers. */
int64_t registers_set(struct thread *t, struct thread_registers r);
