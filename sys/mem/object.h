/* SPDX-License-Identifier: 0BSD */
/* object.h: what a memory object is made of, for sys/mem. */
#pragma once

#include "lib/list.h"
#include "main/work.h"
#include "mem/memobj.h"
#include "mem/pagemap.h"

struct region;
struct request;
struct space;
struct task;

/* A range that is wanted of a pager. */
struct wanted {
	struct list_node node;	 /* pager->wanted, until it has been told; then in no list */
	struct list_node beside; /* object->wanted */
	struct memobj *object;
	uint64_t first, count; /* pages */
	uint32_t access;
	bool told;
};

/* Who supplies pages: an address space, in which objects were made. */
struct pager {
	struct list wanted;
	uint32_t references; /* objects, and the space */
};

struct memobj {
	struct handle handle;
	uint32_t id;
	uint32_t references; /* regions, the handle's Connection */
	struct account *account;
	uint64_t pages;
	struct tree leaves;
	struct list regions; /* that map it */
	/* paged */
	struct pager *pager; /* NULL: anonymous */
	cap_t event;
	uint64_t bits, name;
	struct list wanted;
	struct list waiters; /* tasks */
	struct work wake;
	uint32_t wake_count;		       /* waiters that are still to be looked at */
	uint64_t refused_first, refused_count; /* the last range that its pager refused */
	struct work teardown;
};

/* What is in a page: *m. ENOMEM; EFAULT: beyond the end, or its pager refused; SYS_LATER: it is wanted of the pager. */
int64_t memobj_page(struct memobj *o, uint64_t page, uint32_t access, struct mapping **m);
/* Keeps Q, a fault of T, until a page of O has come. ENOMEM. */
int64_t memobj_wait(struct memobj *o, struct task *t, struct request *q);
/* Lets all who wait look again. */
void memobj_wake(struct memobj *o);
/* All pages that a pager supplied are taken away, also where they are mapped. */
void memobj_lose(struct memobj *o);
/* Pages beyond are taken away, also where they are mapped. */
void memobj_resize(struct memobj *o, uint64_t length);

/* The pager of objects that are made in S. NULL: no memory. Borrows. */
struct pager *pager_of(struct space *s);
void pager_put(struct pager *p);
/* How a pager is called: its Event (taken over), and its name for an object. */
struct pager_call {
	cap_t event;
	uint64_t bits, name;
};
/* P pages O from now on, and is told whatever is wanted, also what the one before was told of. */
void pager_take_over(struct memobj *o, struct pager *p, const struct pager_call *call);
/* Notes that PAGE is wanted and tells the pager. SYS_LATER; ENOMEM; EFAULT: it was refused just now. */
int64_t pager_want(struct memobj *o, uint64_t page, uint32_t access);
/* Puts an Extent (a slot of sys' own, taken over) of 2^order pages in at PAGE. EEXIST: something is there. */
int pager_supply(struct memobj *o, uint64_t page, cap_t slot, unsigned order);
/* [first, first + count) will not come: whoever waits for it gets EFAULT. */
void pager_refuse(struct memobj *o, uint64_t first, uint64_t count);
/* The next range that has not been told; NULL: none. It has been told from then on. */
struct wanted *pager_next(struct pager *p);
void wanted_free(struct wanted *w);
