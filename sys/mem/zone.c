/* SPDX-License-Identifier: 0BSD */
/* zone.c: taking over all memory and dividing it between kernel objects and frames.
 *
 * There are at most ZONES_MAX: the size of the large ones follows from the machine's memory. Small ones (the rests at
 * the ends of ranges) are used for pieces first, so that large ones stay whole for frames and are mapped by large
 * pages.
 */
#include "mem/zone.h"

#include "lib/bits.h"
#include "lib/string.h"
#include "mem/frame.h"
#include "mem/piece.h"
#include "mem/slot.h"

#include <abi/memory.h>
#include <parley/syscall.h>

#define ZONES_MAX  768u
#define LARGE_LOG2 21u
#define LARGE_MAX  512u /* large zones, about */

static struct zone zones[ZONES_MAX];
static unsigned zone_count;
static uint16_t *zone_index; /* for each 64 KiB of memory */
static uint32_t frames_end;
static struct list free_zones[64]; /* by log2 */
static uint64_t total_bytes, free_bytes;

static void zone_add(cap_t untyped, uint64_t phys, unsigned log2)
{
	struct zone *z;

	if (log2 < ZONE_LOG2_MIN || zone_count == ZONES_MAX)
		return;
	z = &zones[zone_count++];
	*z = (struct zone){.untyped = untyped, .extent = CAP_NONE, .log2 = (uint8_t)log2};
	z->first = (uint32_t)(phys >> PAGE_LOG2);
	total_bytes += 1ull << log2;
	free_bytes += 1ull << log2;
	frames_end = max(frames_end, z->first + (1u << (log2 - PAGE_LOG2)));
	list_push_back(&free_zones[log2], &z->node);
}

/* Cuts one of the boot Untypeds into zones of 2^log2 bytes. */
static void add_cut(cap_t untyped, uint64_t phys, unsigned from_log2, unsigned log2)
{
	uint64_t count = 1ull << (from_log2 - log2);

	while (count > 0) {
		unsigned now = (unsigned)min(count, (uint64_t)64);
		cap_t first;

		if (slot_take_run(now, &first) < 0 ||
		    os_untyped_retype(untyped, OBJ_UNTYPED, log2, now, CAP_SELF_CSPACE, first) < 0)
			return;
		for (unsigned i = 0; i < now; i++)
			zone_add(first + i, phys + ((uint64_t)i << log2), log2);
		phys += (uint64_t)now << log2;
		count -= now;
	}
}

static uint64_t boot_ram_bytes(const struct boot_page *boot)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < boot->untyped_count; i++)
		if (!boot->untyped[i].device)
			sum += 1ull << boot->untyped[i].size_log2;
	return sum;
}

/* Where the tables are: at the start of the first zone of frames. */
static void make_tables(void)
{
	uint64_t units = align_up(frames_end, ZONE_FRAME_MIN) / ZONE_FRAME_MIN;
	uint64_t bytes = units * sizeof(uint16_t) + frames_end;
	unsigned pages = (unsigned)(align_up(bytes, PAGE_BYTES) / PAGE_BYTES);
	struct zone *z = zone_take_frames(log2_ceil(pages));
	uint8_t *at;

	if (!z)
		sys_panic("no memory to begin with");
	at = zone_window(z->first);
	memset(at, 0, pages * PAGE_BYTES);
	zone_index = (uint16_t *)at;
	for (unsigned i = 0; i < zone_count; i++)
		for (uint32_t f = 0; f < 1u << (zones[i].log2 - PAGE_LOG2); f += ZONE_FRAME_MIN)
			zone_index[(zones[i].first + f) / ZONE_FRAME_MIN] = (uint16_t)i;
	frame_init(at + units * sizeof(uint16_t), z, pages);
}

void zone_init(const struct boot_page *boot)
{
	uint64_t ram = boot_ram_bytes(boot);
	unsigned large = max(LARGE_LOG2, log2_ceil(ram / LARGE_MAX));

	for (unsigned i = 0; i < array_len(free_zones); i++)
		list_init(&free_zones[i]);
	for (uint32_t i = 0; i < boot->untyped_count; i++) {
		const struct boot_untyped *u = &boot->untyped[i];

		if (u->device)
			continue;
		if (u->size_log2 > large)
			add_cut(BOOT_SLOT_FIRST_UNTYPED + i, u->phys, u->size_log2, large);
		else
			zone_add(BOOT_SLOT_FIRST_UNTYPED + i, u->phys, u->size_log2);
	}
	make_tables();
}

static struct zone *take(unsigned log2)
{
	struct zone *z = list_entry(list_pop_front(&free_zones[log2]), struct zone, node);

	free_bytes -= 1ull << log2;
	return z;
}

static void give(struct zone *z, enum zone_state was)
{
	int64_t r = os_untyped_reset(z->untyped);

	SYS_ASSERT(r == 0 && z->state == was, "a zone that is given back has nothing in it");
	z->state = ZONE_FREE;
	free_bytes += 1ull << z->log2;
	list_push_front(&free_zones[z->log2], &z->node);
}

struct zone *zone_take_untyped(unsigned log2)
{
	for (unsigned i = log2; i < array_len(free_zones); i++) {
		struct zone *z;

		if (list_empty(&free_zones[i]))
			continue;
		z = take(i);
		z->state = ZONE_PIECES;
		return z;
	}
	return NULL;
}

void zone_give_untyped(struct zone *z) { give(z, ZONE_PIECES); }

/* Feeds sys' own address space. */
static bool feed_self(void)
{
	struct piece *p = piece_take(16);

	if (p && os_vspace_feed(CAP_SELF_VSPACE, piece_slot(p)) == 0) {
		piece_keep(p);
		return true;
	}
	piece_give(p);
	return false;
}

static int64_t map_window(struct zone *z)
{
	uint64_t base = ZONE_WINDOW + (uint64_t)z->first * PAGE_BYTES;
	int64_t r;

	do
		r = os_extent_map(z->extent, CAP_SELF_VSPACE, base, 0, 1u << (z->log2 - PAGE_LOG2),
				  PROT_READ | PROT_WRITE);
	while (r == -ENOMEM && feed_self());
	return r;
}

static bool become_frames(struct zone *z)
{
	if (slot_take(&z->extent) < 0)
		return false;
	if (os_untyped_retype(z->untyped, OBJ_EXTENT, z->log2, 1, CAP_SELF_CSPACE, z->extent) < 0 ||
	    map_window(z) < 0) {
		slot_delete(z->extent);
		return false;
	}
	z->state = ZONE_FRAMES;
	return true;
}

struct zone *zone_take_frames(unsigned order)
{
	for (unsigned i = array_len(free_zones); i-- > max(order + PAGE_LOG2, (unsigned)ZONE_LOG2_MIN);) {
		struct zone *z;

		if (list_empty(&free_zones[i]))
			continue;
		z = take(i);
		if (become_frames(z))
			return z;
		give(z, ZONE_FREE);
		return NULL;
	}
	return NULL;
}

void zone_give_frames(struct zone *z)
{
	slot_delete(z->extent);
	z->extent = CAP_NONE;
	give(z, ZONE_FRAMES);
}

struct zone *zone_of(uint32_t frame) { return &zones[zone_index[frame / ZONE_FRAME_MIN]]; }

uint64_t zone_total_bytes(void) { return total_bytes; }

uint64_t zone_free_bytes(void) { return free_bytes; }

uint32_t zone_frames_end(void) { return frames_end; }
