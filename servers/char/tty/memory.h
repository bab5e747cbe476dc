/* SPDX-License-Identifier: 0BSD */
/* memory.h: devices' memory. */
#pragma once

#include <abi/object.h>

#include <stdint.h>

/*
 * Maps the device memory at `phys` that the Extent `extent` has: the smallest naturally aligned
 * block of pages around it. NULL: it cannot be mapped.
 */
void *memory_map_device(cap_t extent, uint64_t phys, uint64_t bytes);
