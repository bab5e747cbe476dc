/* SPDX-License-Identifier: 0BSD */
/* pages.h: pages of an address space, between the files of sys/mem that work on them. */
#pragma once

#include "mem/object.h"
#include "mem/region.h"

/* What a page of R that is M may be mapped as. */
uint32_t pages_prot(const struct region *r, const struct mapping *m);
/* Memory for more page tables. ENOMEM. */
int pages_feed(struct space *s);
/* Maps pages [first, first + count), which all are M, into the VSpace; feeds it if need be. ENOMEM. */
int pages_map(struct space *s, struct mapping *m, uint64_t first, uint64_t count, uint32_t prot);
/* Frees M, which nothing points to any more. GONE: the VSpace does not exist any more. */
void pages_release(struct mapping *m, bool gone);
/* Fills an empty order of pages that holds PAGE, at most MAX_ORDER, with zeros; not mapped yet. */
int pages_zero(struct space *s, struct region *r, uint64_t page, unsigned max_order, struct mapping **out);
/* Takes away what is in [first, end), which lies in one leaf. GONE as above. */
void pages_clear(struct space *s, struct leaf *leaf, uint64_t first, uint64_t end, bool gone);
/* Protects the pages of R in [first, end), which lie in one leaf, as R says. ENOMEM. */
int pages_protect(struct space *s, struct region *r, struct leaf *leaf, uint64_t first, uint64_t end);

/* Makes PAGE of R accessible. 0; ENOMEM; EFAULT: its object has no such page; SYS_LATER: it is wanted of the pager of
 * r->object. */
int64_t pages_resolve(struct space *s, struct region *r, uint64_t page, uint32_t access);
/* A page of a private region as a chunk of its own that may be written, though not mapped: *m. */
int64_t pages_own(struct space *s, struct region *r, uint64_t page, struct mapping **m);
