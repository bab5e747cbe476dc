/* SPDX-License-Identifier: 0BSD */
/* bitmap.h: sets of small numbers as bits in 64-bit words.
 *
 * Two kinds. A bitmap is an array of words that the caller owns; finding is linear in the words, so
 * it is for sets of a small fixed size. A prio_map holds numbers 0..255 with a summary word above
 * them; everything about it is constant time, and it is what the ready queues stand on.
 */
#pragma once

#include "lib/bits.h"

#define BITMAP_WORDS(bits) (((bits) + 63) / 64)

static inline void bitmap_set(uint64_t *map, unsigned int bit) { map[bit / 64] |= 1ull << (bit % 64); }

static inline void bitmap_clear(uint64_t *map, unsigned int bit) { map[bit / 64] &= ~(1ull << (bit % 64)); }

static inline bool bitmap_test(const uint64_t *map, unsigned int bit) { return map[bit / 64] >> (bit % 64) & 1; }

/* The lowest bit in [from, bits) that is set when `flip` is 0, clear when it is ~0; or `bits`. */
static inline unsigned int bitmap_search(const uint64_t *map, unsigned int bits, unsigned int from, uint64_t flip)
{
	uint64_t mask = ~0ull << (from % 64);

	for (unsigned int word = from / 64; word < BITMAP_WORDS(bits); word++, mask = ~0ull) {
		uint64_t found = (map[word] ^ flip) & mask;

		if (found) return min(word * 64 + (unsigned int)__builtin_ctzll(found), bits);
	}
	return bits;
}

/* The lowest set bit in [from, bits), or `bits` when there is none. */
static inline unsigned int bitmap_next(const uint64_t *map, unsigned int bits, unsigned int from)
{
	return bitmap_search(map, bits, from, 0);
}

static inline unsigned int bitmap_first(const uint64_t *map, unsigned int bits) { return bitmap_next(map, bits, 0); }

/* The lowest clear bit in [from, bits), or `bits` when there is none. */
static inline unsigned int bitmap_next_clear(const uint64_t *map, unsigned int bits, unsigned int from)
{
	return bitmap_search(map, bits, from, ~0ull);
}

/* Numbers 0..255. All zeros is the empty set. Bit w of `summary` is set iff word[w] is not 0. */
struct prio_map {
	uint64_t word[4];
	uint64_t summary;
};

static inline void prio_map_set(struct prio_map *map, unsigned int prio)
{
	map->word[prio / 64] |= 1ull << (prio % 64);
	map->summary |= 1ull << (prio / 64);
}

static inline void prio_map_clear(struct prio_map *map, unsigned int prio)
{
	map->word[prio / 64] &= ~(1ull << (prio % 64));
	if (map->word[prio / 64] == 0) map->summary &= ~(1ull << (prio / 64));
}

static inline bool prio_map_test(const struct prio_map *map, unsigned int prio) { return bitmap_test(map->word, prio); }

/* The highest number in the set, or -1 when it is empty. */
static inline int prio_map_highest(const struct prio_map *map)
{
	unsigned int word;

	if (map->summary == 0) return -1;
	word = log2_floor(map->summary);
	return (int)(word * 64 + log2_floor(map->word[word]));
}
