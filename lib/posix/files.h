/* SPDX-License-Identifier: 0BSD */
/* files.h: what the other parts of the library need of descriptors, files and memory. */
#pragma once

#include <signal.h>
#include <sys/types.h>

#include "posix/internal.h"

/* The process's file creation mask: applied by the library. Start code sets it, exec and spawn hand
 * it on (AT_PARLEY_UMASK in the auxiliary vector). */
extern mode_t posix_umask;

/* Opens PATH into the lowest free slot of [min, max], with SLOT_ flags. Answers the slot or -errno.
 */
int64_t posix_open_slot(const char *path, int flags, cap_t min, cap_t max, unsigned slot_flags);

/* The memory object of an open file, fit for PROT: a slot, the caller's to delete, or -errno
 * (ENODEV). *length_bytes is its length. */
int64_t posix_file_object(cap_t file, int prot, uint64_t *length_bytes);

/* Makes a region as mmap does, of the memory object in slot OBJECT, or CAP_NONE: zero pages. FLAGS
 * are MEM_. Answers the address or -errno. */
int64_t posix_map(uint64_t address, uint64_t length_bytes, uint64_t prot, uint64_t offset, cap_t object,
		  uint32_t flags);

/* What waiting for descriptors left in a thread that ends. */
void posix_poller_exit(struct posix_thread *self);
/* In the child, before anything else of this library's is used. */
void posix_files_fork_child(void);
