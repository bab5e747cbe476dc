/* SPDX-License-Identifier: 0BSD */
/* chacha.c: the block function of ChaCha20. */
#include "chacha.h"

static uint32_t rotate(uint32_t word, unsigned bits) { return word << bits | word >> (32 - bits); }

static void quarter_round(uint32_t *s, unsigned a, unsigned b, unsigned c, unsigned d)
{
	s[a] += s[b];
	s[d] = rotate(s[d] ^ s[a], 16);
	s[c] += s[d];
	s[b] = rotate(s[b] ^ s[c], 12);
	s[a] += s[b];
	s[d] = rotate(s[d] ^ s[a], 8);
	s[c] += s[d];
	s[b] = rotate(s[b] ^ s[c], 7);
}

void chacha_block(const uint32_t key[CHACHA_KEY_WORDS], uint64_t counter, uint32_t out[CHACHA_BLOCK_WORDS])
{
	uint32_t s[CHACHA_BLOCK_WORDS] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
	uint32_t first[CHACHA_BLOCK_WORDS];

	for (unsigned i = 0; i < CHACHA_KEY_WORDS; i++)
		s[4 + i] = key[i];
	s[12] = (uint32_t)counter;
	s[13] = (uint32_t)(counter >> 32);
	for (unsigned i = 0; i < CHACHA_BLOCK_WORDS; i++)
		first[i] = s[i];
	for (unsigned round = 0; round < 10; round++) {
		for (unsigned i = 0; i < 4; i++)
			quarter_round(s, i, 4 + i, 8 + i, 12 + i);
		for (unsigned i = 0; i < 4; i++)
			quarter_round(s, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4);
	}
	for (unsigned i = 0; i < CHACHA_BLOCK_WORDS; i++)
		out[i] = s[i] + first[i];
}
