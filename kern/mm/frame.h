/* SPDX-License-Identifier: 0BSD */
/* frame.h: eight bytes of knowledge about each frame of RAM.
 *
 * The table is made at boot. It says what kind of kernel object begins in (or owns) the frame and
 * counts how often the frame has changed its kind, so that numbers which user level or a stale
 * record holds (message ids, mapping records) can be checked before anything is touched. For page
 * tables it counts live entries; for pages of slots and Connections it names the owner.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum frame_kind {
	FRAME_PLAIN,	  /* user memory, Untyped, or a part of a bigger object */
	FRAME_THREAD,	  /* a Thread begins here */
	FRAME_VSPACE,	  /* a VSpace begins here (its top page table; the next frame is its header) */
	FRAME_PAGE_TABLE, /* a lower page table: `live` counts present entries, `owner` names the
			     VSpace */
	FRAME_SLOTS,	  /* slots of the CSpace whose header is at `owner`; `live`: its page number
			     there */
	FRAME_POOL,	  /* Connections of the Endpoint in frame `owner` (offset in `live`: in units of 1
			     KiB) */
	FRAME_DEVICE,	  /* not RAM: set at boot, stays */
};

struct frame {
	uint32_t owner : 28; /* frame number of the owning object; limit 1 TiB */
	uint32_t kind : 4;   /* enum frame_kind */
	uint16_t live;
	uint16_t generation; /* changes whenever kind changes */
};

_Static_assert(sizeof(struct frame) == 8, "eight bytes a frame");

/* phys_to_virt, virt_to_phys and the page size come from the platform, or from the host tests'
 * arena. */
#ifdef KERN_HOST_BASE
#define PAGE_SHIFT 12
#define PAGE_SIZE  4096ull
#include KERN_HOST_BASE
#else
#include "arch/layout.h"
#endif

extern struct frame *frame_table;
extern uint64_t frame_count;

/* The entry of frame number N; N must be below frame_count. */
static inline struct frame *frame_at(uint64_t n) { return &frame_table[n]; }

/* The entry of the frame that holds the direct-map address P. */
static inline struct frame *frame_of(const void *p) { return &frame_table[virt_to_phys(p) >> PAGE_SHIFT]; }

static inline uint64_t frame_number(const void *p) { return virt_to_phys(p) >> PAGE_SHIFT; }

/* True for RAM, false for device memory; PHYS may be any physical address. An Untyped is all one or
 * all the other. */
static inline bool frame_is_ram(uint64_t phys)
{
	uint64_t n = phys >> PAGE_SHIFT;

	return n < frame_count && frame_at(n)->kind != FRAME_DEVICE;
}

/* Sets the kind and owner of P's frame and steps its generation. */
void frame_set(const void *p, enum frame_kind kind, const void *owner);

/* Boot: TABLE has room for COUNT zeroed entries. */
void frame_init(struct frame *table, uint64_t count);
