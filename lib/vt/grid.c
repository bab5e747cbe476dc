/* SPDX-License-Identifier: 0BSD */
/* grid.c: lines, scrolling, erasing, and the record of what changed.
 *
 * A row of the screen is a number in the page's table of lines. Scrolling turns a part of the
 * table; the line that falls out at one end comes in blank at the other. What scrolls off the top
 * of the main screen goes to the history, a ring of lines. */
#include "vt/internal.h"

struct vt_cell *vt_line(struct vt *vt, unsigned int y)
{
	return vt->page->cells + (size_t)vt->page->line[y] * vt->cols;
}

const struct vt_cell *vt_row(const struct vt *vt, unsigned int y)
{
	if (y < vt->view) {
		uint32_t back = vt->view - y; /* 1: the line that scrolled off last */
		uint32_t slot = (vt->history_next + vt->history_rows - back) % vt->history_rows;

		return vt->history + (size_t)slot * vt->cols;
	}
	return vt_line((struct vt *)vt, y - vt->view);
}

bool vt_cursor(const struct vt *vt, unsigned int *x, unsigned int *y)
{
	*x = vt->pen.x;
	*y = vt->pen.y + vt->view;
	return (vt->modes & VT_MODE_CURSOR) && *y < vt->rows;
}

void vt_mark(struct vt *vt, unsigned int y, unsigned int from, unsigned int to)
{
	struct vt_span *span;

	if (y + vt->view >= vt->rows)
		return;
	span = &vt->dirty[y + vt->view];
	if (span->from >= span->to) {
		*span = (struct vt_span){(uint16_t)from, (uint16_t)to};
		return;
	}
	if (from < span->from)
		span->from = (uint16_t)from;
	if (to > span->to)
		span->to = (uint16_t)to;
}

struct vt_span vt_dirty(const struct vt *vt, unsigned int y) { return vt->dirty[y]; }

void vt_clean(struct vt *vt)
{
	for (unsigned int y = 0; y < vt->rows; y++)
		vt->dirty[y] = (struct vt_span){0, 0};
}

void vt_touch(struct vt *vt)
{
	for (unsigned int y = 0; y < vt->rows; y++)
		vt->dirty[y] = (struct vt_span){0, vt->cols};
}

static void mark_rows(struct vt *vt, unsigned int from, unsigned int to)
{
	for (unsigned int y = from; y < to; y++)
		vt_mark(vt, y, 0, vt->cols);
}

static void blank(struct vt *vt, struct vt_cell *cell, size_t count)
{
	struct vt_cell empty = {
	    .code = ' ',
	    .bg = vt->pen.bg,
	    .flags = VT_DEFAULT_FG | (vt->pen.flags & VT_DEFAULT_BG),
	};

	for (size_t i = 0; i < count; i++)
		cell[i] = empty;
}

/* A wide character of which only one half would stay loses that too. */
static void heal(struct vt *vt, unsigned int y, unsigned int x)
{
	struct vt_cell *line = vt_line(vt, y);

	if (x == 0 || x >= vt->cols || line[x].code != VT_TAIL)
		return;
	line[x - 1].code = ' ';
	line[x].code = ' ';
	vt_mark(vt, y, x - 1, x + 1);
}

void vt_erase(struct vt *vt, unsigned int y, unsigned int from, unsigned int to)
{
	if (from >= to)
		return;
	heal(vt, y, from);
	heal(vt, y, to);
	blank(vt, vt_line(vt, y) + from, to - from);
	vt_mark(vt, y, from, to);
}

void vt_erase_rows(struct vt *vt, unsigned int from, unsigned int to)
{
	for (unsigned int y = from; y < to; y++)
		vt_erase(vt, y, 0, vt->cols);
}

/* The top line of the main screen goes into history. */
static void keep(struct vt *vt, unsigned int y)
{
	const struct vt_cell *from = vt_line(vt, y);
	struct vt_cell *to;

	if (!vt->history_rows || vt->page != &vt->pages[0])
		return;
	to = vt->history + (size_t)vt->history_next * vt->cols;
	for (unsigned int x = 0; x < vt->cols; x++)
		to[x] = from[x];
	vt->history_next = (vt->history_next + 1) % vt->history_rows;
	if (vt->history_count < vt->history_rows)
		vt->history_count++;
}

/* Turns lines [top, bottom) so that the one `count` below the top becomes the top. */
static void turn(uint16_t *line, unsigned int top, unsigned int bottom, unsigned int count)
{
	uint16_t before[VT_ROWS_MAX];
	unsigned int height = bottom - top;

	for (unsigned int i = 0; i < height; i++)
		before[i] = line[top + i];
	for (unsigned int i = 0; i < height; i++)
		line[top + i] = before[(i + count) % height];
}

void vt_scroll_up(struct vt *vt, unsigned int top, unsigned int bottom, unsigned int count)
{
	count = vt_min(count, bottom - top);
	if (!count)
		return;
	for (unsigned int i = 0; top == 0 && i < count; i++)
		keep(vt, i);
	turn(vt->page->line, top, bottom, count % (bottom - top));
	vt_erase_rows(vt, bottom - count, bottom);
	mark_rows(vt, top, bottom);
}

void vt_scroll_down(struct vt *vt, unsigned int top, unsigned int bottom, unsigned int count)
{
	count = vt_min(count, bottom - top);
	if (!count)
		return;
	turn(vt->page->line, top, bottom, bottom - top - count);
	vt_erase_rows(vt, top, top + count);
	mark_rows(vt, top, bottom);
}

void vt_insert_cells(struct vt *vt, unsigned int count)
{
	unsigned int x = vt->pen.x, y = vt->pen.y;
	struct vt_cell *line = vt_line(vt, y);

	count = vt_min(count, vt->cols - x);
	heal(vt, y, x);
	heal(vt, y, vt->cols - count);
	for (unsigned int i = vt->cols - 1; i >= x + count; i--)
		line[i] = line[i - count];
	blank(vt, line + x, count);
	vt_mark(vt, y, x, vt->cols);
}

void vt_delete_cells(struct vt *vt, unsigned int count)
{
	unsigned int x = vt->pen.x, y = vt->pen.y;
	struct vt_cell *line = vt_line(vt, y);

	count = vt_min(count, vt->cols - x);
	heal(vt, y, x);
	heal(vt, y, x + count);
	for (unsigned int i = x; i + count < vt->cols; i++)
		line[i] = line[i + count];
	blank(vt, line + vt->cols - count, count);
	vt_mark(vt, y, x, vt->cols);
}

void vt_index(struct vt *vt)
{
	if (vt->pen.y + 1 == vt->bottom)
		vt_scroll_up(vt, vt->top, vt->bottom, 1);
	else if (vt->pen.y + 1 < vt->rows)
		vt->pen.y++;
}

void vt_reverse_index(struct vt *vt)
{
	if (vt->pen.y == vt->top)
		vt_scroll_down(vt, vt->top, vt->bottom, 1);
	else if (vt->pen.y > 0)
		vt->pen.y--;
}

void vt_keep_history(struct vt *vt, struct vt_cell *cells, uint32_t rows)
{
	vt->history = cells;
	vt->history_rows = rows;
	vt_forget_history(vt);
}

void vt_forget_history(struct vt *vt)
{
	vt->history_count = 0;
	vt->history_next = 0;
	vt->view = 0;
}

void vt_look_back(struct vt *vt, int lines)
{
	int most = (int)vt_min(vt->history_count, UINT16_MAX);
	int view = vt->view + lines;

	view = view < 0 || vt->page != &vt->pages[0] ? 0 : view > most ? most : view;
	if (view == vt->view)
		return;
	vt->view = (uint16_t)view;
	vt_touch(vt);
}
