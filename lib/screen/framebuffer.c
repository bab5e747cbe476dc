/* SPDX-License-Identifier: 0BSD */
/* framebuffer.c: a cell in pixels of two to four bytes. */
#include "screen/internal.h"

static unsigned int pixel_bytes(const struct boot_display *display) { return (display->bits_per_pixel + 7u) / 8; }

void screen_size(const struct boot_display *display, const struct font *font, unsigned int *cols, unsigned int *rows)
{
	unsigned int bytes = pixel_bytes(display);

	*cols = display->width / font->width;
	*rows = display->height / font->height;
	*cols = *cols < VT_COLS_MAX ? *cols : VT_COLS_MAX;
	*rows = *rows < VT_ROWS_MAX ? *rows : VT_ROWS_MAX;
	if (bytes < 2 || bytes > 4 || *cols < 2 || *rows < 1)
		*cols = *rows = 0;
}

/* The most significant `bits` of an 8-bit part, at its place. */
static uint32_t part(uint32_t level, uint8_t shift, uint8_t bits)
{
	return (bits < 8 ? level >> (8 - bits) : level << (bits - 8)) << shift;
}

static uint32_t pixel(const struct boot_display *display, uint32_t rgb)
{
	return part(rgb >> 16 & 0xff, display->red_shift, display->red_bits) |
	       part(rgb >> 8 & 0xff, display->green_shift, display->green_bits) |
	       part(rgb & 0xff, display->blue_shift, display->blue_bits);
}

static void put(volatile uint8_t *at, uint32_t value, unsigned int bytes)
{
	if (bytes == 4) {
		*(volatile uint32_t *)at = value;
	} else if (bytes == 2) {
		*(volatile uint16_t *)at = (uint16_t)value;
	} else {
		at[0] = (uint8_t)value;
		at[1] = (uint8_t)(value >> 8);
		at[2] = (uint8_t)(value >> 16);
	}
}

/* Whether row `y` of a cell is a line through all of it. */
static bool is_ruled(const struct vt_cell *cell, const struct font *font, unsigned int y)
{
	return (cell->flags & VT_UNDERLINE && y + 1u == font->height) ||
	       (cell->flags & VT_STRIKE && y == font->height / 2u);
}

static void draw(struct screen *screen, const struct vt *vt, unsigned int x, unsigned int y, const struct vt_cell *cell)
{
	const struct font *font = screen->font;
	unsigned int bytes = pixel_bytes(&screen->display), row_bytes = (font->width + 7u) / 8;
	struct screen_colours colours = screen_colours(cell);
	uint32_t text = pixel(&screen->display, vt_colour(vt, colours.text));
	uint32_t behind = pixel(&screen->display, vt_colour(vt, colours.behind));
	const uint8_t *bits = font_glyph(font, cell->code == VT_TAIL ? ' ' : cell->code);
	volatile uint8_t *row =
	    screen->memory + (size_t)y * font->height * screen->display.pitch_bytes + (size_t)x * font->width * bytes;

	for (unsigned int i = 0; i < font->height; i++) {
		bool ruled = is_ruled(cell, font, i);

		for (unsigned int j = 0; j < font->width; j++) {
			bool set = ruled || (bits[j / 8] >> (7 - j % 8) & 1);

			put(row + (size_t)j * bytes, set ? text : behind, bytes);
		}
		bits += row_bytes;
		row += screen->display.pitch_bytes;
	}
}

static void clear(struct screen *screen)
{
	const struct boot_display *display = &screen->display;
	size_t row_bytes = (size_t)display->width * pixel_bytes(display);

	for (unsigned int y = 0; y < display->height; y++) {
		volatile uint8_t *row = screen->memory + (size_t)y * display->pitch_bytes;
		size_t x = 0;

		for (; x + 4 <= row_bytes; x += 4)
			*(volatile uint32_t *)(row + x) = 0;
		for (; x < row_bytes; x++)
			row[x] = 0;
	}
}

void screen_on_display(struct screen *screen, const struct boot_display *display, void *memory, const struct font *font,
		       struct vt_cell *drawn)
{
	unsigned int cols, rows;

	screen_size(display, font, &cols, &rows);
	*screen = (struct screen){
	    .cols = (uint16_t)cols,
	    .rows = (uint16_t)rows,
	    .draw = draw,
	    .drawn = drawn,
	    .cursor_y = rows,
	    .memory = memory,
	    .display = *display,
	    .font = font,
	};
	screen_forget(screen);
	clear(screen);
}
