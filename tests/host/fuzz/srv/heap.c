/* SPDX-License-Identifier: 0BSD */
/* heap.c: the server's memory, each piece apart, so that the address sanitizer knows its end. */
#include "host/fuzz/srv/machine.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <parley/heap.h>
#include "lib/bits.h"
#include "servers/net/unix/queue.h"
#include "srv/state.h"

static uint64_t heap_bytes;

void *machine_alloc(uint64_t bytes)
{
	void *at = aligned_alloc(4096, align_up(bytes, 4096));

	return memset(at, 0, align_up(bytes, 4096));
}

/* Records of requests are kept by the library, blocks of queues by `unix`. */
static bool counts(size_t bytes)
{
	return bytes != sizeof(struct srv_request) && (machine_paths || bytes != BLOCK_BYTES);
}

void *os_alloc(size_t bytes)
{
	if (machine_chance(64))
		return NULL;
	heap_bytes += counts(bytes) ? bytes : 0;
	return calloc(1, bytes);
}

void os_free(void *at, size_t bytes)
{
	if (!at)
		return;
	if (malloc_usable_size(at) != bytes)
		machine_fail("frees another size than it had", bytes);
	heap_bytes -= counts(bytes) ? bytes : 0;
	free(at);
}

uint64_t machine_heap(void) { return heap_bytes; }
