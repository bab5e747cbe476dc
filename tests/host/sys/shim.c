/* SPDX-License-Identifier: 0BSD */
/* shim.c: sys' heap, slots and handles, for the host. */
#include "host/sys/shim.h"

#include "main/handle.h"
#include "mem/heap.h"
#include "mem/slot.h"

#include "lib/assert.h"

#include <stdio.h>
#include <stdlib.h>

uint64_t shim_bytes;
uint32_t shim_slots_deleted;

void *heap_alloc(size_t bytes)
{
	shim_bytes += bytes;
	return calloc(1, bytes);
}

void heap_free(void *at, size_t bytes)
{
	if (at)
		shim_bytes -= bytes;
	free(at);
}

void slot_delete(cap_t slot) { shim_slots_deleted += slot != CAP_NONE; }

void handle_close(struct handle *h) { h->connection = 0; }

_Noreturn void panic(const char *format, ...)
{
	fprintf(stderr, "panic: %s\n", format);
	abort();
}
