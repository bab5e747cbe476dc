/* SPDX-License-Identifier: 0BSD */
/* utf8.h: UTF-8 a byte at a time, and the width of characters.
 *
 * The decoder accepts what RFC 3629 accepts: no overlong forms, no surrogates, nothing above
 * U+10FFFF. What is wrong becomes U+FFFD, one for each maximal wrong piece (Unicode 3.9, table
 * 3-8), and the byte that showed the mistake is looked at again as the start of something new. A
 * decoder full of zeros is at the start of a character.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_BAD 0xfffdu
#define UTF8_MAX 4 /* bytes of a character */

struct utf8 {
	uint32_t code;	 /* bits so far */
	uint8_t missing; /* bytes still to come */
	uint8_t low;	 /* the next byte must be at least this ... */
	uint8_t high;	 /* ... and at most this */
};

/*
 * Takes `byte`. Returns how many code points are complete now and stands in out[]: 0 in the middle
 * of a character, 2 when the byte broke one off and is itself one.
 */
unsigned int utf8_decode(struct utf8 *utf8, uint8_t byte, uint32_t out[2]);

/* Writes the encoding of `code`, which is a valid code point, and returns its 1 to 4 bytes. */
size_t utf8_encode(uint32_t code, char out[UTF8_MAX]);

/* Whether `byte` continues a character. */
static inline bool utf8_continues(uint8_t byte) { return (byte & 0xc0) == 0x80; }

/* Columns that a printed code point takes: 0 (combining, invisible), 1 or 2. */
unsigned int utf8_width(uint32_t code);
