/* SPDX-License-Identifier: 0BSD */
/* ring.c: the text lies at its position modulo RING_BYTES. */
#include "lib/string.h"
#include "ring.h"

#define SLACK (RING_BYTES / 4) /* looked through for the end of a line */

void ring_add(struct ring *ring, const char *text, size_t bytes)
{
	size_t at = ring->end % RING_BYTES;
	size_t first = bytes < RING_BYTES - at ? bytes : RING_BYTES - at;

	memcpy(ring->text + at, text, first);
	memcpy(ring->text, text + first, bytes - first);
	ring->end += bytes;
}

uint64_t ring_start(const struct ring *ring, uint64_t position)
{
	uint64_t oldest = ring->end > RING_BYTES ? ring->end - RING_BYTES : 0;

	if (position >= oldest)
		return position < ring->end ? position : ring->end;
	for (uint64_t at = oldest; oldest && at < oldest + SLACK; at++)
		if (ring->text[at % RING_BYTES] == '\n')
			return at + 1;
	return oldest;
}

size_t ring_piece(const struct ring *ring, uint64_t position, const char **at)
{
	size_t offset = position % RING_BYTES;
	uint64_t left = ring->end - position;

	*at = ring->text + offset;
	return left < RING_BYTES - offset ? left : RING_BYTES - offset;
}
