/* SPDX-License-Identifier: 0BSD */
/* slots.h: what becomes of the slots that descriptors are. */
#pragma once

#include <stdbool.h>

#include "posix/internal.h"

/* Makes SLOT name what SOURCE names, in one step, and closes what it named before. 0, or -errno. */
int64_t posix_slot_replace(cap_t slot, cap_t source);

/* Takes the lowest free slot of [min, posix_files_max) for a copy of FD. The slot, or -errno. */
int64_t posix_slot_copy(int fd, int64_t min, unsigned slot_flags);

/* Slot flags of a descriptor, or -EBADF. */
int64_t posix_slot_flags(int fd);
/* The slot flags that FD_CLOEXEC and FD_CLOFORK are, and back. */
unsigned posix_flags_to_slot(int fd_flags);
int posix_flags_from_slot(unsigned slot_flags);

/* Whether this process has ever set a record lock: then closing has to undo them. */
extern bool posix_record_locks;
void posix_record_unlock(int fd);
