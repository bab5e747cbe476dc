/* SPDX-License-Identifier: 0BSD */
/* pages.h: the contents of a file as pages in memory: for tables of operations to call.
 *
 * Sparse: pages that were never written read as zeros and take nothing. All pages come out of Extents of RAM
 * (MEM_EXTENT), so they can be supplied to a memory object as they lie: what read, write and mmap see is the same
 * memory. One store for all files of a server counts them and knows the limit.
 *
 * The store outlives the server, if that has memory which does (srv_lasting): a table says of each page which file it
 * belongs to, and where in it, in one word; a page is a file's from the store of that word on. The trees over the pages
 * are made anew by whoever goes through the table. Pages of *records* are the server's, for what it must remember itself.
 */
#pragma once

#include "srv/object.h"

#define PAGES_LENGTH_MAX (1ul << 44) /* bytes */

/* What of a store outlives the server, beside the table. */
struct pages_lasting {
	uint64_t base;
	uint32_t chunk_count;
	uint32_t number[]; /* of each Extent, at the supervisor */
};

struct pages;

struct pages_store {
	uint64_t limit; /* pages of contents */
	uint64_t used;
	/* srv_ops.release was called for a file of which pages were mapped still: they are not any more. */
	void (*gone)(struct pages *file);
	/* Its own. */
	uint64_t base;	/* of the reserved region */
	uint64_t total; /* pages in it, with those of records */
	cap_t *chunks;	/* Extents of 64 KiB, one behind the other in the region */
	void *free;
	uint64_t *owner;
	void **records;
	uint64_t record_pages;
	struct pages_lasting *lasting;
	uint8_t seen[SVC_LEFT_MAX / 8]; /* numbers at the supervisor that are known */
	struct object_store objects;
	struct pages *orphans;
};

/* Zeros but for the name: an empty file. */
struct pages {
	uint32_t file; /* its name in the store, below 2^28; 0 is records' */
	void *root;    /* a page (height 0), or a table of 64 */
	uint32_t height;
	uint64_t resident; /* pages */
	struct object object;
	struct pages_store *store; /* set with the object */
	struct pages *next_orphan;
};

/* `limit_bytes` of file contents and `record_pages` at most. Calls srv_lasting. `recalled`: with what the run before
 * left; -ESTALE: that is not to be had, and cannot be told from what is in the memory: that must be zeroed. */
int pages_begin(struct pages_store *store, struct srv *srv, uint64_t limit_bytes, uint64_t record_pages, bool recalled);

/* The operations: node->size_bytes is the file's length. ENOSPC, EFBIG. */
int64_t pages_read(struct srv_request *r, struct pages *file, uint64_t offset, uint64_t length);
int64_t pages_peek(const struct srv_node *node, const struct pages *file, uint64_t offset, uint64_t length, void *to);
int64_t pages_write(struct srv_request *r, struct pages_store *store, struct pages *file, uint64_t offset,
		    uint64_t length);
int64_t pages_truncate(struct srv_node *node, struct pages_store *store, struct pages *file, uint64_t length);
int64_t pages_map(struct srv_request *r, struct pages_store *store, struct pages *file);
/* The file goes. False: it must stay as it is until store->gone, for its pages are mapped still. */
bool pages_end(struct pages_store *store, struct pages *file);

/* A page of a file for the server's own use; the first makes it, NULL: there is no room. */
void *pages_make(struct pages_store *store, struct pages *file, uint64_t index);
void *pages_at(const struct pages *file, uint64_t index);
/* The n-th page of records, zeroed when it is made. NULL: no room. Never given back. */
void *pages_record(struct pages_store *store, uint64_t n);

/* ---- after a restart ---- */

/* For each page of contents: the file of this name, whose pages are this; NULL: there is none, the page goes. */
typedef struct pages *pages_lookup(uint32_t file);
void pages_recall(struct pages_store *store, pages_lookup *lookup);
/* Nothing of the file may stand behind its length. */
void pages_trim(struct pages_store *store, struct pages *file, uint64_t length);
/* The file's memory object, if it had one: once there is an endpoint. */
void pages_recall_object(struct pages_store *store, struct pages *file, uint64_t bytes);
/* What lies with the supervisor, and no file has it: goes. After all of the above. */
void pages_recall_end(struct pages_store *store);
