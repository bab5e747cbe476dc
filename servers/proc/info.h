/* SPDX-License-Identifier: 0BSD */
/* info.h: records from `sys` (proto/info.h). */
#pragma once

#include <proto/info.h>
#include <stdint.h>

/* One chunk of records of `kind` and `id` from *place on, into `room` bytes. Answers their count,
 * or -errno; *place is where the next chunk begins, 0 at the end. */
int64_t info_chunk(enum info_kind kind, uint32_t id, uint64_t *place, void *records, uint64_t room);

/* Exactly one record. -ESRCH if there is none. */
int info_one(enum info_kind kind, uint32_t id, void *record, uint64_t bytes);

/* Is there a container or process of that number? */
int info_process(uint32_t pid, struct info_process *out);
int info_thread(uint32_t pid, uint32_t tid, struct info_thread *out);

/* The first descriptor of a process, not below *fd, that is an open file; -ENOENT: no more. */
int info_descriptor(uint32_t pid, uint32_t *fd);
/* A copy of it, in a slot of ours; or -errno. */
int64_t info_fetch(uint32_t pid, uint32_t fd);

/* A CONTROL_ command to a process or group. */
int64_t info_control(enum info_kind kind, uint32_t id, unsigned command);
