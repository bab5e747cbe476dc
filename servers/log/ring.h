/* SPDX-License-Identifier: 0BSD */
/* ring.h: the newest bytes of an endless text.
 *
 * A position counts bytes from the beginning of the text, so it stays valid while the text goes on.
 * What is older than RING_BYTES is overwritten; reading from there goes on at the oldest whole
 * line.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define RING_BYTES 65536u

struct ring {
	uint64_t end; /* position behind the newest byte */
	char text[RING_BYTES];
};

/* Adds `bytes` (at most RING_BYTES / 4), which end with a newline. */
void ring_add(struct ring *ring, const char *text, size_t bytes);

/* Where reading from `position` really begins: there, or at the oldest line that is whole. */
uint64_t ring_start(const struct ring *ring, uint64_t position);

/* The bytes at `position`, which is not before ring_start, that lie in one piece: their count (0 at
 * the end) and *at. */
size_t ring_piece(const struct ring *ring, uint64_t position, const char **at);
