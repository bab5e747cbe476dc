/* SPDX-License-Identifier: 0BSD */
/* memory.c: the whole of memory: its beginning, what it is used for, and having it back. */
#include "mem/memory.h"

#include "main/handle.h"
#include "mem/account.h"
#include "mem/chunk.h"
#include "mem/frame.h"
#include "mem/heap.h"
#include "mem/kobj.h"
#include "mem/piece.h"
#include "mem/slot.h"
#include "mem/zone.h"

#include <parley/debug.h>
#include <parley/start.h>

void memory_init(void)
{
	slot_init(os_boot->first_free_slot);
	zone_init(os_boot);
	account_init(zone_total_bytes() / PAGE_BYTES);
}

bool memory_reclaim(void)
{
	static bool busy;
	bool any;

	if (busy)
		return false;
	busy = true;
	chunk_trim();
	any = frame_trim();
	any |= piece_trim();
	busy = false;
	return any;
}

void memory_info(struct info_memory *out)
{
	uint64_t free_frames;

	account_sweep(&account_root, 64);
	free_frames = frame_free_count() + chunk_pool_frames();

	*out = (struct info_memory){
	    .total_bytes = zone_total_bytes(),
	    .free_bytes = zone_free_bytes() + free_frames * PAGE_BYTES + piece_zone_bytes() - piece_used_bytes(),
	    .kernel_bytes = piece_used_bytes(),
	    .pool_bytes = chunk_pool_frames() * PAGE_BYTES,
	    .objects = account_root.used[ACCOUNT_IS_OBJECTS],
	    .frames = (zone_total_bytes() - zone_free_bytes() - piece_zone_bytes()) / PAGE_BYTES - free_frames -
		      heap_frames(),
	    .records_bytes = heap_used_bytes() - chunk_pool_records() - piece_records() - handle_spare_records(),
	};
}
