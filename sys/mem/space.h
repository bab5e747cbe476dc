/* SPDX-License-Identifier: 0BSD */
/* space.h: address spaces: regions, what is in them, and how it gets there.
 *
 * All addresses and lengths of regions are whole pages. A space belongs to whoever holds a
 * reference; the last one tears it down in pieces.
 */
#pragma once

#include "lib/list.h"
#include "lib/tree.h"
#include "main/handle.h"
#include "main/work.h"
#include "mem/kobj.h"

#include <proto/info.h>
#include <proto/process.h>

struct memobj;
struct pager;
struct region;

struct space {
	struct handle handle;
	uint32_t id;
	uint32_t references;
	struct account *account;
	struct kobj vspace;
	struct feed *feeds;
	unsigned feed_count; /* after the first */
	struct tree regions; /* by start */
	struct tree leaves;  /* what is in the pages: by number of the leaf */
	struct list_node all;
	struct work teardown;
	struct pager *pager; /* of the paged objects that were made here */
	uint64_t pages;	     /* of all regions */
	uint64_t resident_pages, resident_max, faults;
	struct info_page *info; /* sys' view of the fixed pages; NULL: it has none */
	struct control_page *control;
	uint64_t records[CONTROL_THREADS_MAX / 64]; /* thread records in use: kept by sys/proc */
	uint64_t hint;				    /* where to look for free addresses */
	struct region *last;
};

extern struct list space_list;

/* Before the first. */
void space_init(void);
/* An empty one with the fixed pages of layout.h. One reference. ENOMEM, EAGAIN. */
int space_new(struct account *account, struct space **out);
struct space *space_get(struct space *s);
void space_put(struct space *s);
struct space *space_lookup(uint32_t id);
/* A capability in sys' own table, as handle_open; its Connection holds a reference. */
int space_open(struct space *s, cap_t *slot);
/* The space that a capability in sys' own table stands for; NULL: none. Borrows. */
struct space *space_of(cap_t slot);

/* fork: makes *to (initially NULL) a copy on write of FROM, in pieces: SYS_MORE: call again. On an
 * error there is nothing left. The control area is new: a copy of the control page,
 * and no thread records. FROM may change meanwhile: what is copied later is then copied as it is then. */
struct space_clone {
	struct space *from, *to;
	uint64_t at;
	bool protecting;
};
int space_clone_begin(struct space_clone *c, struct space *from, struct account *account);
int space_clone_step(struct space_clone *c);
/* Gives up a clone that is not complete. */
void space_clone_cancel(struct space_clone *c);

/* mmap. PROT and FLAGS as in mem.def (MEM_FIXED, ...); OBJECT may be NULL; *address in and out.
 * EINVAL, ENOMEM, EEXIST, EACCES. MEM_POPULATE is done by space_populate_step afterwards. */
int space_map(struct space *s, uint64_t *address, uint64_t length, uint32_t prot, uint32_t flags, struct memobj *object,
	      uint64_t offset);
/* These work in pieces on [*at, end): *at goes up. SYS_MORE: call again. */
int space_unmap_step(struct space *s, uint64_t *at, uint64_t end);
int space_protect_step(struct space *s, uint64_t *at, uint64_t end, uint32_t prot);
int space_populate_step(struct space *s, uint64_t *at, uint64_t end);

/* Private pages in the range are as if never touched. */
int space_drop_step(struct space *s, uint64_t *at, uint64_t end);
/* Whole pages that a program may have regions in. */
bool space_range_valid(uint64_t address, uint64_t length);
/* Addresses for the program's own extent_map, and page tables for them. EINVAL, ENOMEM. */
int space_reserve(struct space *s, uint64_t *address, uint64_t length);

/* Copies bytes into the space, as the program itself could not be refused: read-only private pages,
 * too. ENOMEM; EFAULT: no such region, or a page of a file that has not come yet. */
int space_write(struct space *s, uint64_t address, const void *from, uint64_t bytes);
int space_read(struct space *s, uint64_t address, void *to, uint64_t bytes);
/* The same from the data of the message ID, from OFFSET on, up to 64 KiB a call: how many bytes;
 * EABSENT: a NOTICE_RETRY will come for the message; ESRCH. */
int64_t space_write_message(struct space *s, uint64_t address, uint64_t id, uint64_t offset, uint64_t bytes);

/* sys' own view of a page of the control area or of any populated private page: NULL: not there. */
void *space_window(struct space *s, uint64_t address);
/* The record of thread NUMBER: brings the page if need be, which then stays. NULL: no memory, or no such number. */
struct thread_record *space_record(struct space *s, unsigned number);

/* The sum of the lengths of its regions. */
uint64_t space_bytes(const struct space *s);
/* Fills RECORDS with what is at *at and above: how many; *at is where to go on, 0: the end. */
unsigned space_regions(struct space *s, uint64_t *at, struct info_region *records, unsigned max);
