/* SPDX-License-Identifier: 0BSD */
/* vspace.h: address spaces.
 *
 * An 8 KiB object: the top page table, then this header. Lower page tables come from what the
 * VSpace was fed; a table whose last entry is cleared goes back to the VSpace's own free list. The
 * upper half of the top table is copied once from the kernel's and never changes.
 *
 * `generation` (the frame table's, for the VSpace's first frame) makes mapping records in Extent
 * slots stale when the VSpace dies. Translations cached by CPUs are flushed (tlb.h) before a call
 * that removed or narrowed mappings returns, and before each lock drop within it.
 *
 * Destruction: live -> threads unbound one by one -> unloaded everywhere, records stale ->
 * page-table frames plain again -> feed returned.
 */
#pragma once

#include <abi/memory.h>
#include "lib/list.h"
#include "mm/frame.h"
#include "obj/object.h"

/* User addresses are below this; the last page stays unmapped so that a system call's return
 * address is always canonical (Intel SDM vol.2, SYSRET). */
#ifndef USER_END
#define USER_END 0x00007ffffffff000ull
#endif

struct vspace {
	uint64_t top[512]; /* the page that CR3 names */
	struct object object;
	struct feeds feeds;
	struct list threads; /* threads bound here: thread.vspace_link */
	uint64_t cursor;     /* destruction: next address */
	uint64_t tables;     /* lower page tables in use */
	uint64_t wanted;     /* pages to feed, after a call that answered ENOMEM */
} __attribute__((aligned(8192)));

_Static_assert(sizeof(struct vspace) == 8192, "as in object.def");

static inline uint64_t vspace_cr3(const struct vspace *v) { return virt_to_phys(v->top); }

static inline struct vspace *vspace_of_object(struct object *obj) { return container_of(obj, struct vspace, object); }

int vspace_feed(struct vspace *v, struct slot *untyped);

/* Changes protection of what is present in [va, va + pages): each page gets of PROT what the Extent
 * that mapped it has the rights for (software bits in each entry remember). Preemptible through
 * *PROGRESS (pages done). 0, SYS_RESTART, EINVAL, ERANGE, ENOMEM (a large page must be split: feed
 * `wanted`). */
int64_t vspace_protect(struct vspace *v, uint64_t va, uint64_t pages, unsigned prot, uint64_t *progress);

/* Dirty pages: up to 64 pages from VA: answers a bit mask of those dirty in *MASK, and clears their
 * dirty bits when CLEAR. All pages of a large page are dirty as soon as one of them is, and stay
 * so. 0, EINVAL (alignment, more than 64), ERANGE. */
int64_t vspace_dirty(struct vspace *v, uint64_t va, unsigned pages, bool clear, uint64_t *mask);

/* The VSpace that a mapping record names, or NULL when the record is stale or empty. */
struct vspace *vspace_from_record(const struct slot *extent);

extern const struct object_ops vspace_ops;
