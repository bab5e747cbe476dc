/* SPDX-License-Identifier: 0BSD */
/* image.h: the boot image: one file, boot module 1.
 *
 * It begins with the ELF file of `sys`, which is all that the kernel looks at. Behind it, at the
 * next page, stands the archive: a header, the entries, the names, then the contents of files, each
 * from a page of its own so that they can be mapped as they lie. Entries are in ascending order of
 * their paths, compared as bytes, so that a directory's children are found by binary search. The
 * last 16 bytes of the file are `image_trailer`. All offsets count from the archive's first byte.
 * Made by boot/mkimage from a manifest.
 */
#pragma once

#include <stdint.h>

#define IMAGE_MAGIC   0x6567616d49796c50ull /* "PlyImage" */
#define IMAGE_VERSION 1

struct image_trailer {
	uint64_t magic;
	uint64_t archive_bytes; /* from the archive's first byte to the file's end, this included */
};

struct image_header {
	uint64_t magic;
	uint32_t version;
	uint32_t entry_count;
	uint64_t entries_at, names_at, names_bytes;
	uint64_t time_ns; /* of all files: since 1970 */
};

struct image_entry {
	uint32_t path_at; /* in the names: without a leading '/', the root is "" */
	uint16_t path_bytes;
	uint16_t mode; /* type and permissions */
	uint32_t uid, gid;
	uint64_t data_at; /* file: page-aligned; symbolic link: its target, anywhere */
	uint64_t size_bytes;
	uint64_t rdevice;
};

/* The first manifest entries that sys starts by itself, as paths in the archive. */
#define IMAGE_PATH_IMAGE_SERVER "sbin/image"
#define IMAGE_PATH_SUPERVISOR	"sbin/supervisor"
#define IMAGE_PATH_MANIFEST	"etc/services" /* what the supervisor starts: checked when the image is built */
