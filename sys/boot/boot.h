/* SPDX-License-Identifier: 0BSD */
/* boot.h: from the boot image to the first two programs. */
#pragma once

#include "mem/space.h"

/* Finds the archive, starts `image` and `supervisor`. Panics, saying why, when the image is not what it must be. */
void boot_start(void);

/* A file of the archive; false: there is none of that path. */
struct boot_file {
	const uint8_t *at;
	uint64_t bytes;
};
bool boot_find(const char *path, struct boot_file *out);
/* Checks trailer, header and entries. */
void boot_archive_init(void);
/* Where the archive begins in the boot module as it lies in memory: bytes from the first Extent's start; its length. */
uint64_t boot_archive_offset(void);
uint64_t boot_archive_bytes(void);

/* Loads a static ELF64 file into S; ENOEXEC. */
int boot_load(struct space *s, const struct boot_file *f, uint64_t *entry);
