/* SPDX-License-Identifier: 0BSD */
/* pages.h: the contents of a file as pages in memory: for tables of operations to call.
 *
 * Sparse: pages that were never written read as zeros and take nothing. All pages come out of Extents of RAM
 * (MEM_EXTENT), so they can be supplied to a memory object as they lie: what read, write and mmap see is the same
 * memory. One store for all files of a server counts them and knows the limit.
 */
#ifndef SRV_PAGES_H
#define SRV_PAGES_H

#include "srv/object.h"

#define PAGES_LENGTH_MAX (1ul << 44) /* bytes */

struct pages_store {
	uint64_t limit; /* pages */
	uint64_t used;
	/* Its own. */
	uint64_t base; /* of the reserved region */
	uint32_t chunk_count;
	cap_t *chunks; /* Extents of 64 KiB, one behind the other in the region */
	void *free;
	struct object_store objects;
	struct pages *orphans;
};

/* Zeros: an empty file. */
struct pages {
	void *root; /* a page (height 0), or a table of 64 */
	uint32_t height;
	uint64_t resident; /* pages */
	struct object object;
	struct pages_store *store; /* set with the object */
	struct pages *next_orphan;
};

/* `limit_bytes` of file contents at most. */
int pages_begin(struct pages_store *store, uint64_t limit_bytes);

/* The operations: node->size_bytes is the file's length. ENOSPC, EFBIG. */
int64_t pages_read(struct srv_request *r, struct pages *file, uint64_t offset, uint64_t length);
int64_t pages_peek(const struct srv_node *node, const struct pages *file, uint64_t offset, uint64_t length, void *to);
int64_t pages_write(struct srv_request *r, struct pages_store *store, struct pages *file, uint64_t offset,
		    uint64_t length);
int64_t pages_truncate(struct srv_node *node, struct pages_store *store, struct pages *file, uint64_t length);
int64_t pages_map(struct srv_request *r, struct pages_store *store, struct pages *file);
/* Frees everything. */
void pages_end(struct pages_store *store, struct pages *file);

#endif
