/* SPDX-License-Identifier: 0BSD */
/* print.c: characters on the grid.
 *
 * Wrapping is DEC's: a character in the last column leaves the cursor there with `wrap` noted, and
 * the next character first goes to a new line. Any movement forgets the note. */
#include "vt/internal.h"

/* DEC special graphics, 0x60 to 0x7e. */
static const uint16_t line_drawing[] = {
    0x25c6, 0x2592, 0x2409, 0x240c, 0x240d, 0x240a, 0x00b0, 0x00b1, 0x2424, 0x240b, 0x2518,
    0x2510, 0x250c, 0x2514, 0x253c, 0x23ba, 0x23bb, 0x2500, 0x23bc, 0x23bd, 0x251c, 0x2524,
    0x2534, 0x252c, 0x2502, 0x2264, 0x2265, 0x03c0, 0x2260, 0x00a3, 0x00b7,
};

static uint32_t translate(const struct vt *vt, uint32_t code)
{
	uint8_t charset = vt->pen.charset[vt->pen.shift];

	if (charset == '0' && code >= 0x60 && code <= 0x7e)
		return line_drawing[code - 0x60];
	if (charset == 'A' && code == '#')
		return 0xa3;
	return code;
}

static void put(struct vt *vt, struct vt_cell *cell, uint32_t code)
{
	*cell = (struct vt_cell){code, vt->pen.fg, vt->pen.bg, vt->pen.flags};
}

/* The cells that a character comes into. Halves of wide ones that it covers in part go as a whole. */
static struct vt_cell *clear(struct vt *vt, unsigned int width)
{
	unsigned int x = vt->pen.x;
	struct vt_cell *cell = vt_line(vt, vt->pen.y) + x;

	if (cell->code == VT_TAIL || (x + width < vt->cols && cell[width].code == VT_TAIL))
		vt_erase(vt, vt->pen.y, x, x + width);
	else
		vt_mark(vt, vt->pen.y, x, x + width);
	return cell;
}

/* The next character does not fit: a new line, or over the end of this one. */
static void make_room(struct vt *vt, unsigned int width)
{
	if (!(vt->modes & VT_MODE_WRAP)) {
		vt->pen.x = (uint16_t)(vt->cols - width);
		return;
	}
	vt->pen.x = 0;
	vt_index(vt);
}

void vt_print(struct vt *vt, uint32_t code)
{
	struct vt_cell *cell;
	unsigned int width;

	if (vt->pen.charset[vt->pen.shift] != 'B')
		code = translate(vt, code);
	width = code < 0x300 ? 1 : utf8_width(code);
	if (width == 0)
		return; /* a cell holds one code point */
	if (vt->pen.wrap || vt->pen.x + width > vt->cols)
		make_room(vt, width);
	if (vt->modes & VT_MODE_INSERT)
		vt_insert_cells(vt, width);
	cell = clear(vt, width);
	put(vt, cell, code);
	if (width == 2)
		put(vt, cell + 1, VT_TAIL);
	vt->last = code;
	vt->pen.wrap = vt->modes & VT_MODE_WRAP && vt->pen.x + width == vt->cols;
	vt->pen.x = (uint16_t)vt_min(vt->pen.x + width, vt->cols - 1);
}

void vt_repeat(struct vt *vt, unsigned int count)
{
	uint32_t code = vt->last;
	uint8_t shift = vt->pen.shift, charset = vt->pen.charset[shift];

	if (!code)
		return;
	vt->pen.charset[shift] = 'B'; /* it was translated before */
	for (count = vt_min(count, (unsigned int)vt->cols * vt->rows); count; count--)
		vt_print(vt, code);
	vt->pen.charset[shift] = charset;
}
