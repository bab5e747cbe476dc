/* SPDX-License-Identifier: 0BSD */
/* archive.h: the archive in a boot image (include/proto/image.h): entries, children, data. Pure.
 *
 * Whatever the bytes say, nothing outside them is read: all offsets are checked when the archive is opened.
 */
#ifndef IMAGE_ARCHIVE_H
#define IMAGE_ARCHIVE_H

#include <proto/image.h>

#include <stdbool.h>

struct archive {
	const char *bytes;
	uint64_t length;
	const struct image_header *header;
	const struct image_entry *entries;
	const char *names;
};

/* False: it is none, or something in it is out of place: `*why`. */
bool archive_open(struct archive *archive, const void *bytes, uint64_t length, const char **why);

#define ARCHIVE_NONE (~0u)

/* The entry of a path; ARCHIVE_NONE. The root is entry 0. */
uint32_t archive_find(const struct archive *archive, const char *path, unsigned bytes);
/* The child of a directory by its name; ARCHIVE_NONE. */
uint32_t archive_child(const struct archive *archive, uint32_t dir, const char *name, unsigned bytes);
/* The first child at or behind entry `from` (0: of all); ARCHIVE_NONE: no more. */
uint32_t archive_next(const struct archive *archive, uint32_t dir, uint32_t from);
/* The last component of an entry's path. */
const char *archive_name(const struct archive *archive, uint32_t entry, unsigned *bytes);

#endif
