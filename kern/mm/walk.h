/* SPDX-License-Identifier: 0BSD */
/* walk.h: reaching user memory through page tables and the direct map.
 *
 * The kernel never touches user memory by the user's mapping, so it takes no faults of its own. A
 * walk requires user permission (and write permission for writing), refuses device memory, and sets
 * the accessed and dirty bits as the processor would. A pointer from a walk is good until the lock
 * is dropped.
 */
#ifndef KERN_MM_WALK_H
#define KERN_MM_WALK_H

#include "mm/frame.h"
#include "mm/vspace.h"

/* A walk remembers the lowest page table of the last address, so that the next page of the same 2
 * MiB costs a compare and a load. Zero it before first use and after each lock drop. */
struct walk {
	uint64_t first; /* virtual page number of table[0] */
	uint64_t count; /* entries of `table`: 512, or 0 when there is none */
	uint64_t *table;
	uint64_t rest;	/* walk_slow: bytes from the address to the end of its page, large or small */
	int32_t credit; /* for the copy engine; walk_slow takes WALK_MISS off */
};

#define WALK_MISS 2

/* Bytes from VA to the end of its 4 KiB page. */
static inline uint64_t page_rest(uint64_t va) { return PAGE_SIZE - (va & (PAGE_SIZE - 1)); }

/* The kernel address of user address VA in V, or NULL when the page is absent, not permitted,
 * device memory, or VA is not a user address. Good up to the end of VA's 4 KiB page. */
static inline void *walk_read(struct walk *w, struct vspace *v, uint64_t va);
static inline void *walk_write(struct walk *w, struct vspace *v, uint64_t va);

/* The same for a stretch: *RUN is how many bytes from VA on, between 1 and LIMIT, are contiguous in
 * memory. LIMIT is neither 0 nor above 64 KiB, which bounds the work. */
static inline void *walk_run_read(struct walk *w, struct vspace *v, uint64_t va, uint64_t limit, uint64_t *run);
static inline void *walk_run_write(struct walk *w, struct vspace *v, uint64_t va, uint64_t limit, uint64_t *run);

/* The same for one address alone, without a cache. WANT is WALK_READ or WALK_WRITE. About 40
 * instructions. */
void *walk_page(struct vspace *v, uint64_t va, uint64_t want);

/* After a walk answered NULL: true when no pager can change that, because VA is not a user address
 * or is device memory. */
bool walk_hopeless(struct vspace *v, uint64_t va);

/* Copies small things (at most 64 bytes, may cross one page boundary). False when not present. */
bool user_read(struct vspace *v, void *to, uint64_t va, unsigned len_bytes);
bool user_write(struct vspace *v, uint64_t va, const void *from, unsigned len_bytes);

/* The same for structures of up to a page. False when not all present; part may have been copied.
 */
#define USER_CHUNK 64u
bool user_read_all(struct vspace *v, void *to, uint64_t va, unsigned len_bytes);
bool user_write_all(struct vspace *v, uint64_t va, const void *from, unsigned len_bytes);

#include "mm/walk_inline.h"

#endif
