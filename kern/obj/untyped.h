/* SPDX-License-Identifier: 0BSD */
/* untyped.h: making objects out of memory.
 *
 * An Untyped hands its memory out from the start upward; `watermark` says how far it has got. What
 * it handed out comes back all at once: revoke what was derived, then reset. Finer recycling is
 * done with smaller Untypeds.
 *
 * Objects are made in cleared memory, and clearing more than a page takes several pieces. Meanwhile
 * the slot holds Raw: memory that is on its way to become an object, of no use to anybody. Nothing
 * is assumed about memory that is not in a Raw slot, so a preempted call can be raced, repeated or
 * left unfinished.
 */
#pragma once

#include "obj/cspace.h"

#define RETYPE_COUNT_MAX 64

/* Makes COUNT objects of TYPE and 1 << SIZE_LOG2 bytes in the slots of DST from FIRST on, each
 * aligned to its size. *PROGRESS is 0 at first. 0, SYS_RESTART, or an error with nothing done:
 *   EINVAL  no such type, size not allowed for it, COUNT 0, or slot numbers too high
 *   E2BIG   COUNT above RETYPE_COUNT_MAX
 *   ENOTSUP device memory can only become Untyped or Extent
 *   ELOOP   derivation too deep
 *   ENOSPC  not that much memory left
 *   EEXIST  a slot is taken
 *   ENOMEM  feed DST
 * When another thread takes a slot or memory away while the call is preempted, it ends with EEXIST
 * or ENOSPC and the objects made by then stay. */
int64_t untyped_retype(struct slot *u, unsigned type, unsigned size_log2, unsigned count, struct cspace *dst,
		       cap_t first, uint64_t *progress);

/* Whether one object can be made of U: 0, or EINVAL, ENOTSUP, ELOOP, ENOSPC as above. */
int untyped_room(const struct slot *u, unsigned type, unsigned size_log2, unsigned count);

/* One piece of making an object of U in the slot TO, which is empty (and room was checked) or holds
 * the Raw that an earlier piece left. True when the object is there. Clears at most a page. */
bool untyped_make_step(struct slot *u, unsigned type, unsigned size_log2, struct slot *to);

/* Takes all memory back: 0, or EBUSY when something is derived. */
int untyped_reset(struct slot *u);
