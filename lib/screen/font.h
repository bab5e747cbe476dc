/* SPDX-License-Identifier: 0BSD */
/* font.h: a bitmap font, as psf2c writes it. */
#pragma once

#include <stdint.h>

struct font_entry {
	uint16_t code, glyph;
};

struct font {
	uint8_t width, height; /* pixels; a row of a glyph is (width + 7) / 8 bytes, left bit first */
	uint16_t code_count;
	uint16_t unknown; /* the glyph for what has none */
	const uint8_t *glyphs;
	const struct font_entry *codes; /* ascending */
};

/* The rows of the glyph for `code`, or of `unknown`. */
const uint8_t *font_glyph(const struct font *font, uint32_t code);
