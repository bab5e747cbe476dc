/* SPDX-License-Identifier: 0BSD */
/* heap.c: the heap of servers, which is forgotten between tests as the memory below it is. */
#include "../../lib/os/heap.c"

#include "world.h"

void world_forget_heap(void)
{
	memset(lists, 0, sizeof(lists));
	rest = NULL;
	rest_bytes = 0;
}
