/* SPDX-License-Identifier: 0BSD */
/* zone.h: the machine's memory in zones, each used as a whole for one of two things.
 *
 * A zone is an Untyped of at most 2 MiB (more on machines with much memory) that is free, or cut into pieces for
 * kernel objects (piece.h), or one Extent, mapped in sys' own address space at its physical address + ZONE_WINDOW, of
 * which frames are handed out (frame.h). So sys reaches every page that it hands out, without a call.
 */
#pragma once

#include "lib/list.h"
#include "main/sys.h"

#include <abi/boot.h>

#define ZONE_WINDOW    0x200000000000ull
#define ZONE_LOG2_MIN  16
#define ZONE_FRAME_MIN (1u << (ZONE_LOG2_MIN - PAGE_LOG2)) /* frames */

enum zone_state { ZONE_FREE, ZONE_PIECES, ZONE_FRAMES };

struct zone {
	struct list_node node; /* free ones */
	cap_t untyped, extent;
	uint8_t log2, state;
	uint32_t first; /* frame number */
};

/* A frame's place in sys' address space. */
static inline void *zone_window(uint32_t frame) { return (void *)(ZONE_WINDOW + (uint64_t)frame * PAGE_BYTES); }
static inline uint32_t zone_frame(const void *at) { return (uint32_t)(((uint64_t)at - ZONE_WINDOW) / PAGE_BYTES); }

/* Takes over the Untypeds of the boot page; makes the first zone of frames, with the tables of zone.c and frame.c in
 * it. */
void zone_init(const struct boot_page *boot);
/* The smallest free zone of at least 2^log2 bytes, to be cut into pieces. NULL: none. */
struct zone *zone_take_untyped(unsigned log2);
/* Nothing is derived of it any more. */
void zone_give_untyped(struct zone *z);
/* The largest free zone, as an Extent in the window; at least 2^order frames. NULL: none. */
struct zone *zone_take_frames(unsigned order);
/* No frame of it is in use, and none is in a free list. */
void zone_give_frames(struct zone *z);
/* The zone that a frame lies in. */
struct zone *zone_of(uint32_t frame);

uint64_t zone_total_bytes(void);
uint64_t zone_free_bytes(void);
/* Frame numbers are below this. */
uint32_t zone_frames_end(void);
