/* SPDX-License-Identifier: 0BSD */
/* address_space.h: address spaces and Extents for tests, and a second opinion on page tables. */
#pragma once

#include "mm/extent.h"
#include "mm/vspace.h"

struct vspace *make_vspace(void);

/* Feeds V 1 << PAGES_LOG2 pages; the Fed slot. */
struct slot *feed_pages(struct vspace *v, unsigned int pages_log2);

/* A slot for an Extent of 1 << PAGES_LOG2 frames with all rights, at its natural alignment. */
struct slot *make_extent(unsigned int pages_log2);
/* The same for device memory at PHYS. */
struct slot *make_device(uint64_t phys, unsigned int pages_log2);
struct slot *make_slot(void);

/* What the processor would do with VA, by a walk that shares no code with the kernel's. */
struct translation {
	bool present, user, write, exec, device, dirty;
	unsigned int level;
	uint64_t phys;
	uint64_t *entry;
};

struct translation translate(struct vspace *v, uint64_t va);

/* Live counts, kinds and owners of all tables of V agree with what is in them, none is empty. */
bool tables_agree(struct vspace *v);

/* Calls until the answer is not SYS_RESTART; `calls` counts. */
int64_t map(struct slot *e, struct vspace *v, uint64_t va, uint64_t first, uint64_t count, unsigned int prot);
int64_t unmap(struct slot *e, uint64_t first, uint64_t count);
int64_t protect(struct slot *e, uint64_t first, uint64_t count, unsigned int prot);
int64_t protect_va(struct vspace *v, uint64_t va, uint64_t pages, unsigned int prot);
extern unsigned int calls;

#define RWX (PROT_READ | PROT_WRITE | PROT_EXEC)
#define RW  (PROT_READ | PROT_WRITE)
