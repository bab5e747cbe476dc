/* SPDX-License-Identifier: 0BSD */
/* heap.h: small records of sys itself: size classes in pages of their own, given back when empty.
 */
#pragma once

#include "main/sys.h"

/* Zeroed, 16-byte aligned; NULL: no memory. Up to HEAP_BYTES_MAX. */
#define HEAP_BYTES_MAX (64u << 10)
void *heap_alloc(size_t bytes);
/* The size is that of the allocation. NULL: nothing. */
void heap_free(void *at, size_t bytes);

#define heap_new(type)	 ((type *)heap_alloc(sizeof(type)))
#define heap_delete(ptr) heap_free(ptr, sizeof(*(ptr)))

/* Bytes that are allocated, as asked for: for tests of leaks. */
uint64_t heap_used_bytes(void);
/* Frames that it has. */
uint64_t heap_frames(void);
