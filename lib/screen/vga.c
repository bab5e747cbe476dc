/* SPDX-License-Identifier: 0BSD */
/* vga.c: a cell in VGA text memory: a byte of code page 437 and an attribute. Bit 7 of the
 * attribute may mean blinking, so only eight colours are used behind the text. */
#include "screen/internal.h"

#define VGA_CYAN 3 /* what is underlined, for want of a line */

/* VGA's order of colours has blue and red exchanged. */
static uint8_t to_vga(uint8_t colour) { return (uint8_t)((colour & 0xa) | (colour & 1) << 2 | (colour & 4) >> 2); }

/* One of the 16 for one of the 256. */
static uint8_t round_to_16(const struct vt *vt, uint8_t index)
{
	uint32_t rgb, brightest;
	uint8_t colour = 0;

	if (index < 16)
		return index;
	rgb = vt_colour(vt, index);
	brightest = rgb >> 16 & 0xff;
	brightest = (rgb >> 8 & 0xff) > brightest ? rgb >> 8 & 0xff : brightest;
	brightest = (rgb & 0xff) > brightest ? rgb & 0xff : brightest;
	if (brightest < 48)
		return 0;
	/* a part counts when it is more than half of the brightest one */
	for (unsigned int i = 0; i < 3; i++)
		if ((rgb >> (16 - 8 * i) & 0xff) * 2 > brightest)
			colour |= (uint8_t)(1u << i);
	if (colour == 7 && brightest < 128)
		return 8;
	return brightest >= 208 ? colour + 8 : colour;
}

static void draw(struct screen *screen, const struct vt *vt, unsigned int x, unsigned int y, const struct vt_cell *cell)
{
	volatile uint16_t *at = (volatile uint16_t *)screen->memory + y * SCREEN_VGA_COLS + x;
	struct screen_colours colours = screen_colours(cell);
	uint8_t text = to_vga(round_to_16(vt, colours.text));
	uint8_t behind = to_vga(round_to_16(vt, colours.behind) & 7);
	uint8_t byte = cell->code == VT_TAIL ? ' ' : screen_cp437(cell->code);

	if (cell->flags & VT_UNDERLINE && !(cell->flags & VT_REVERSE))
		text = VGA_CYAN;
	if (text == behind && byte != ' ' && colours.text != colours.behind)
		text ^= 8; /* rounding must not hide text */
	*at = (uint16_t)(behind << 12 | text << 8 | byte);
}

void screen_on_vga(struct screen *screen, void *memory, struct vt_cell *drawn)
{
	*screen = (struct screen){
	    .cols = SCREEN_VGA_COLS,
	    .rows = SCREEN_VGA_ROWS,
	    .draw = draw,
	    .drawn = drawn,
	    .cursor_y = SCREEN_VGA_ROWS,
	    .memory = memory,
	};
	screen_forget(screen);
	for (unsigned int i = 0; i < SCREEN_VGA_COLS * SCREEN_VGA_ROWS; i++)
		((volatile uint16_t *)memory)[i] = 0x0720;
}
