/* SPDX-License-Identifier: 0BSD */
/* pages_map.h: what pages.c and pages_map.c know of each other. */
#ifndef SRV_PAGES_MAP_H
#define SRV_PAGES_MAP_H

#include "srv/pages.h"

#define CHUNK_BYTES 65536ul /* of an Extent */
#define CHUNK_PAGES 16ul

/* The page, made if it is not there; NULL: no room. */
void *pages_make(struct pages_store *store, struct pages *file, uint64_t index);
/* Frees the pages from `first` on. */
void pages_cut(struct pages_store *store, struct pages *file, uint64_t first);

/* The file goes and has a memory object. True: its pages are mapped still, and have been put aside until they are not.
 */
bool pages_orphan(struct pages_store *store, struct pages *file);

#endif
