/* SPDX-License-Identifier: 0BSD */
/* slot.c: which slots of sys' own CSpace are free.
 *
 * A bitmap of free numbers and two levels above it that say which words have one, so taking the lowest is three
 * looks. Lowest first keeps the table dense: its pages are filled, and must be fed, from the bottom up. Memory for
 * more pages is fed ahead of need, because feeding takes slots itself.
 */
#include "mem/slot.h"

#include "lib/bits.h"
#include "mem/piece.h"

#include <parley/syscall.h>

#define SLOTS	   32768u /* of the boot CSpace; what is above stays unused */
#define WORDS	   (SLOTS / 64)
#define SLOTS_PAGE 128u
#define FEED_LOG2  16 /* 2,048 slots */
#define AHEAD	   4u /* pages */

static uint64_t free_slots[WORDS];
static uint64_t free_words[WORDS / 64];
static unsigned fed_pages;
static bool feeding;

void slot_init(cap_t first)
{
	for (cap_t s = first; s < SLOTS; s++)
		free_slots[s / 64] |= 1ull << s % 64;
	for (unsigned w = 0; w < WORDS; w++)
		if (free_slots[w])
			free_words[w / 64] |= 1ull << w % 64;
	fed_pages = 8192 / SLOTS_PAGE;
}

static void mark_used(cap_t slot)
{
	unsigned w = slot / 64;

	free_slots[w] &= ~(1ull << slot % 64);
	if (!free_slots[w])
		free_words[w / 64] &= ~(1ull << w % 64);
}

/* Feeds the table before SLOT is needed. */
static int feed_ahead(cap_t slot)
{
	struct piece *p;

	if (slot / SLOTS_PAGE + AHEAD < fed_pages || feeding)
		return 0;
	feeding = true;
	p = piece_take(FEED_LOG2);
	if (p && os_cspace_feed(CAP_SELF_CSPACE, piece_slot(p)) == 0) {
		piece_keep(p);
		fed_pages += (1u << FEED_LOG2) / PAGE_BYTES;
	} else {
		piece_give(p);
	}
	feeding = false;
	return slot / SLOTS_PAGE < fed_pages ? 0 : -ENOMEM;
}

int slot_take(cap_t *slot)
{
	for (unsigned i = 0; i < WORDS / 64; i++) {
		unsigned w;
		cap_t found;

		if (!free_words[i])
			continue;
		w = i * 64 + (unsigned)__builtin_ctzll(free_words[i]);
		found = w * 64 + (unsigned)__builtin_ctzll(free_slots[w]);
		mark_used(found);
		if (feed_ahead(found) < 0) {
			slot_give(found);
			return -ENOMEM;
		}
		*slot = found;
		return 0;
	}
	return -EMFILE;
}

/* The bits that begin a run of COUNT set bits in MASK. */
static uint64_t runs(uint64_t mask, unsigned count)
{
	unsigned have = 1;

	while (have < count && mask) {
		unsigned step = min(have, count - have);

		mask &= mask >> step;
		have += step;
	}
	return mask;
}

int slot_take_run(unsigned count, cap_t *first)
{
	for (unsigned w = 0; w < WORDS; w++) {
		uint64_t found = runs(free_slots[w], count);

		if (!found)
			continue;
		*first = w * 64 + (unsigned)__builtin_ctzll(found);
		for (unsigned i = 0; i < count; i++)
			mark_used(*first + i);
		if (feed_ahead(*first + count) < 0) {
			for (unsigned i = 0; i < count; i++)
				slot_give(*first + i);
			return -ENOMEM;
		}
		return 0;
	}
	return -EMFILE;
}

void slot_give(cap_t slot)
{
	unsigned w = slot / 64;

	SYS_ASSERT(slot < SLOTS && !(free_slots[w] >> slot % 64 & 1), "a slot is given back once");
	free_slots[w] |= 1ull << slot % 64;
	free_words[w / 64] |= 1ull << w % 64;
}

void slot_delete(cap_t slot)
{
	if (slot == CAP_NONE)
		return;
	os_cspace_delete(CAP_SELF_CSPACE, slot);
	slot_give(slot);
}

int slot_copy(cap_t source, uint32_t rights, cap_t *copy)
{
	cap_t to;
	int64_t r = slot_take(&to);

	if (r < 0)
		return (int)r;
	r = os_cspace_copy(CAP_SELF_CSPACE, CAP_SELF_CSPACE, source, to, to, rights, 0);
	if (r < 0) {
		slot_give(to);
		return (int)r;
	}
	*copy = to;
	return 0;
}

unsigned slot_used(void)
{
	unsigned count = 0;

	for (unsigned w = 0; w < WORDS; w++)
		count += 64 - (unsigned)__builtin_popcountll(free_slots[w]);
	return count;
}
