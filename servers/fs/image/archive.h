/* SPDX-License-Identifier: 0BSD */
/* archive.h: reading the archive of a boot image (proto/image.h). Pure. */
#pragma once

#include <proto/image.h>
#include <stdbool.h>
#include <stdint.h>

/* Checks that everything which entries name lies within `bytes` from `at` on, and that entry 0 is the root. False: it is no such
 * archive. */
bool archive_begin(const void *at, uint64_t bytes);

uint32_t archive_count(void);
uint64_t archive_bytes(void);
uint64_t archive_time_ns(void);
const struct image_entry *archive_entry(uint32_t index);
const uint8_t *archive_data(const struct image_entry *e);

/* The last component of an entry's path. */
const char *archive_name(const struct image_entry *e, unsigned *bytes);

/* The entry of that name in a directory. Binary search. */
bool archive_find(const struct image_entry *dir, const char *name, unsigned bytes, uint32_t *index);

/* The first child of `dir` whose index is not below *index. Whole subtrees are passed over by a search each. */
bool archive_next(const struct image_entry *dir, uint32_t *index);
