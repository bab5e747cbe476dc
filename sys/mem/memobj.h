/* SPDX-License-Identifier: 0BSD */
/* memobj.h: memory objects: memory that can be mapped in several places.
 *
 * Anonymous: zero-filled as it is touched. Paged: its pager is signalled when pages are wanted and
 * supplies them as Extents. An object lives as long as its handle's Connection is held or a region
 * maps it.
 */
#pragma once

#include "main/handle.h"
#include "mem/account.h"

struct memobj;

/* An anonymous object of LENGTH bytes; one reference. */
int memobj_new(struct account *account, uint64_t length, struct memobj **out);
struct memobj *memobj_get(struct memobj *o);
void memobj_put(struct memobj *o);
/* The object that a capability in sys' own table stands for; NULL: none. Borrows. */
struct memobj *memobj_of(cap_t slot);
/* A capability in sys' own table, as handle_open. */
int memobj_open(struct memobj *o, cap_t *slot);
uint32_t memobj_id(const struct memobj *o);
