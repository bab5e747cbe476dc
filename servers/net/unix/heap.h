/* SPDX-License-Identifier: 0BSD */
/* heap.h: memory of this server: objects of a few sizes, out of regions that `sys` maps.
 *
 * Constant time. Sizes are rounded up to a power of two between 256 and 4096 bytes; each has a list
 * of free pieces, filled 64 KiB at a time. Memory is never given back to `sys`: its most is bounded
 * by the limits of opens and queues.
 */
#ifndef UNIX_HEAP_H
#define UNIX_HEAP_H

#include <stddef.h>

/* `size` bytes of zeros, up to 4096; NULL when `sys` has no memory. */
void *heap_alloc(size_t size);
void heap_free(void *at, size_t size);

#endif
