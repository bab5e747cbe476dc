/* SPDX-License-Identifier: 0BSD */
/* memory.c: the memory and the frame table of host tests. */
#include <string.h>
#include "mm/frame.h"

uint8_t host_memory[HOST_MEMORY_BYTES] __attribute__((aligned(PAGE_SIZE_2M)));
static struct frame frames[HOST_MEMORY_BYTES / PAGE_SIZE];

void host_memory_reset(void)
{
	memset(host_memory, 0xa5, sizeof(host_memory));
	memset(frames, 0, sizeof(frames));
	frame_init(frames, HOST_MEMORY_BYTES / PAGE_SIZE);
}
