/* SPDX-License-Identifier: 0BSD */
/* pages_map.h: what pages.c and pages_map.c know of each other. */
#pragma once

#include "srv/pages.h"

#define CHUNK_BYTES 65536ul /* of an Extent */
#define CHUNK_PAGES 16ul

/* Frees the pages from `first` on. */
void pages_cut(struct pages_store *store, struct pages *file, uint64_t first);

/* The store's memory objects can be used from now on. */
void pages_map_begin(struct pages_store *store);
