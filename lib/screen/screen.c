/* SPDX-License-Identifier: 0BSD */
/* screen.c: which cells look different from what is drawn. */
#include "screen/internal.h"

#define NOT_DRAWN 0xffffffffu /* no character */

struct screen_colours screen_colours(const struct vt_cell *cell)
{
	uint8_t text = cell->flags & VT_DEFAULT_FG ? 7 : cell->fg;
	uint8_t behind = cell->flags & VT_DEFAULT_BG ? 0 : cell->bg;

	if (cell->flags & VT_BOLD && text < 8)
		text += 8;
	else if (cell->flags & VT_DIM && text == 7)
		text = 8;
	if (cell->flags & VT_REVERSE) {
		uint8_t swapped = text;

		text = behind;
		behind = swapped;
	}
	if (cell->flags & VT_HIDDEN)
		text = behind;
	return (struct screen_colours){text, behind};
}

void screen_forget(struct screen *screen)
{
	for (size_t i = 0; i < (size_t)screen->cols * screen->rows; i++)
		screen->drawn[i].code = NOT_DRAWN;
}

void screen_limit(struct screen *screen, unsigned int cols, unsigned int rows)
{
	screen->cols = cols < screen->cols ? (uint16_t)cols : screen->cols;
	screen->rows = rows < screen->rows ? (uint16_t)rows : screen->rows;
	screen->cursor_y = screen->rows;
}

static bool same(const struct vt_cell *a, const struct vt_cell *b)
{
	return a->code == b->code && a->fg == b->fg && a->bg == b->bg && a->flags == b->flags;
}

static void update(struct screen *screen, const struct vt *vt, unsigned int x, unsigned int y)
{
	struct vt_cell *drawn = &screen->drawn[(size_t)y * screen->cols + x];
	struct vt_cell cell = vt_row(vt, y)[x];

	if (vt->modes & VT_MODE_REVERSE)
		cell.flags ^= VT_REVERSE;
	if (x == screen->cursor_x && y == screen->cursor_y)
		cell.flags ^= VT_REVERSE;
	if (same(drawn, &cell))
		return;
	*drawn = cell;
	screen->draw(screen, vt, x, y, &cell);
}

/* Moves the cursor that is drawn to where the terminal has it; rows = not to be seen. */
static void move_cursor(struct screen *screen, const struct vt *vt)
{
	unsigned int old_x = screen->cursor_x, old_y = screen->cursor_y;

	if (!vt_cursor(vt, &screen->cursor_x, &screen->cursor_y))
		screen->cursor_y = screen->rows;
	if (old_y < screen->rows)
		update(screen, vt, old_x, old_y);
	if (screen->cursor_y < screen->rows)
		update(screen, vt, screen->cursor_x, screen->cursor_y);
}

void screen_draw(struct screen *screen, struct vt *vt)
{
	if (vt->palette_changes != screen->palette_changes) {
		screen->palette_changes = vt->palette_changes;
		screen_forget(screen);
		vt_touch(vt);
	}
	move_cursor(screen, vt);
	for (unsigned int y = 0; y < screen->rows; y++) {
		struct vt_span span = vt_dirty(vt, y);

		for (unsigned int x = span.from; x < span.to; x++)
			update(screen, vt, x, y);
	}
	vt_clean(vt);
}
