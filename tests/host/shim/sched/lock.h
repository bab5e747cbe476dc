/* SPDX-License-Identifier: 0BSD */
/* lock.h: the kernel lock of a machine whose CPUs take turns. */
#pragma once

#include <stdbool.h>

/* Another CPU wants the lock: the simulation says so at random. When the lock is dropped, that CPU
 * makes a whole entry. */
bool shim_lock_wanted(void);
void shim_lock_drop(void);

static inline void kernel_lock_take(void) {}

static inline void kernel_lock_drop(void) { shim_lock_drop(); }

static inline bool kernel_lock_wanted(void) { return shim_lock_wanted(); }
