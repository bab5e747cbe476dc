/* SPDX-License-Identifier: 0BSD */
/* font.c: finds the glyph of a character, in halves. */
#include "screen/font.h"

#include <stddef.h>

static uint16_t glyph_of(const struct font *font, uint32_t code)
{
	unsigned int low = 0, high = font->code_count;

	while (low < high) {
		unsigned int middle = (low + high) / 2;

		if (font->codes[middle].code == code)
			return font->codes[middle].glyph;
		if (font->codes[middle].code < code)
			low = middle + 1;
		else
			high = middle;
	}
	return font->unknown;
}

const uint8_t *font_glyph(const struct font *font, uint32_t code)
{
	return font->glyphs + (size_t)glyph_of(font, code) * font->height * ((font->width + 7u) / 8);
}
