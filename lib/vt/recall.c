/* SPDX-License-Identifier: 0BSD */
/* recall.c: a terminal that is found again after its server died. What is looked at is whatever is used as an index; a
 * sequence that was being read is forgotten. */
#include "vt/internal.h"

static bool pen_is_sound(const struct vt *vt, const struct vt_pen *pen)
{
	return pen->x < vt->cols && pen->y < vt->rows && pen->shift < 2;
}

/* Each line stands in one row. */
static bool page_is_sound(const struct vt *vt, const struct vt_page *page, const struct vt_cell *cells)
{
	uint8_t seen[VT_ROWS_MAX / 8] = {0};

	for (unsigned int y = 0; y < vt->rows; y++) {
		unsigned int line = page->line[y];

		if (line >= vt->rows || seen[line / 8] & 1 << line % 8)
			return false;
		seen[line / 8] |= (uint8_t)(1 << line % 8);
	}
	return page->cells == cells && pen_is_sound(vt, &page->saved);
}

bool vt_recall(struct vt *vt, unsigned int cols, unsigned int rows, struct vt_cell *cells, const struct vt_ops *ops,
	       void *cookie)
{
	if (vt->cols != cols || vt->rows != rows || !pen_is_sound(vt, &vt->pen) || vt->top >= vt->bottom ||
	    vt->bottom > rows || (vt->page != &vt->pages[0] && vt->page != &vt->pages[1]))
		return false;
	for (unsigned int i = 0; i < 2; i++)
		if (!page_is_sound(vt, &vt->pages[i], cells + (size_t)i * cols * rows))
			return false;
	vt->ops = *ops;
	vt->cookie = cookie;
	vt->view = 0;
	vt->history = NULL;
	vt->history_rows = vt->history_count = vt->history_next = 0;
	vt->state = 0;
	vt->utf8 = (struct utf8){0};
	vt_touch(vt);
	return true;
}
