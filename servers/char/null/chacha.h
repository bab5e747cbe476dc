/* SPDX-License-Identifier: 0BSD */
/* chacha.h: the block function of ChaCha20 (RFC 8439, section 2.3). Pure. */
#pragma once

#include <stdint.h>

#define CHACHA_KEY_WORDS   8
#define CHACHA_BLOCK_WORDS 16
#define CHACHA_BLOCK_BYTES 64

/* The block of this key with a nonce of zero and a counter of 64 bits. */
void chacha_block(const uint32_t key[CHACHA_KEY_WORDS], uint64_t counter, uint32_t out[CHACHA_BLOCK_WORDS]);
