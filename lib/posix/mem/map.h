/* SPDX-License-Identifier: 0BSD */
/* map.h: what the files about memory share. */
#pragma once

#include <stdbool.h>

#include "posix/internal.h"

#define PAGE_BYTES 4096ull

static inline uint64_t page_of(uint64_t address) { return address & ~(PAGE_BYTES - 1); }

static inline uint64_t page_up(uint64_t bytes) { return page_of(bytes + PAGE_BYTES - 1); }

/* Sends an operation on the pages of [address, address + length). 0, or -errno. */
int64_t posix_region(unsigned op, const void *address, size_t length, uint64_t what);

/* From now on regions are pinned as they are made, or no longer. */
void posix_pin_future(bool on);
