/* SPDX-License-Identifier: 0BSD */
/* remap.c: Linux's calls on regions, as far as they can be had here: see docs/limits.md. */
#include <errno.h>
#include <sys/mman.h>

#include "posix/mem/map.h"

/* A region can be cut off at its end; it neither grows nor moves. */
void *mremap(void *address, size_t length, size_t new_length, int flags, ...)
{
	uint64_t before = page_up(length), after = page_up(new_length);

	if (page_of((uint64_t)address) != (uint64_t)address || after == 0) {
		posix_failed(-EINVAL);
		return MAP_FAILED;
	}
	if (after > before || (flags & MREMAP_FIXED)) {
		posix_failed(-ENOMEM);
		return MAP_FAILED;
	}
	if (after < before && munmap((char *)address + after, before - after))
		return MAP_FAILED;
	return address;
}

int mincore(void *address, size_t length, unsigned char *present) { return (int)posix_failed(-ENOSYS); }
