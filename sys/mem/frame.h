/* SPDX-License-Identifier: 0BSD */
/* frame.h: runs of 2^order frames, naturally aligned, out of zones of frames: a buddy allocator.
 *
 * A frame here is a number and a place in the window; the capability to map it elsewhere is a slice (chunk.h).
 */
#pragma once

#include "main/sys.h"

struct zone;

/* ORDERS has a byte for each frame, zeroed. The first RESERVED frames of Z are in use for good. */
void frame_init(uint8_t *orders, struct zone *z, unsigned reserved);
/* Not cleared. ENOMEM. */
int frame_take(unsigned order, uint32_t *frame);
void frame_give(uint32_t frame, unsigned order);
/* Frames that are free in zones of frames. */
uint64_t frame_free_count(void);
/* Gives zones back that are wholly free; true: there was one. */
bool frame_trim(void);
