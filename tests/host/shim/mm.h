/* SPDX-License-Identifier: 0BSD */
/* mm.h: frames for tests, cuts when a test wants them, and what was flushed. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include "mm/frame.h"

/* All frames are free again, with generations at random; no cuts; nothing flushed; 1 GiB pages. */
void host_mm_begin(void);

/* COUNT contiguous frames, aligned to ALIGN frames, full of rubbish. */
void *host_frames(uint64_t count, uint64_t align);

/* Every N-th cut says true; 0: none does. */
extern unsigned int host_cut_every;

/* Flushes since the last host_tlb_clear. */
void host_tlb_clear(void);
bool host_tlb_flushed(uint64_t va);
