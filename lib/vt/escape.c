/* SPDX-License-Identifier: 0BSD */
/* escape.c: C0 controls, sequences of ESC without parameters, and the terminal's beginning. */
#include "vt/internal.h"

static const uint32_t standard_palette[16] = {
    0x000000, 0xaa0000, 0x00aa00, 0xaa5500, 0x0000aa, 0xaa00aa, 0x00aaaa, 0xaaaaaa,
    0x555555, 0xff5555, 0x55ff55, 0xffff55, 0x5555ff, 0xff55ff, 0x55ffff, 0xffffff,
};

void vt_reset_palette(struct vt *vt)
{
	for (unsigned int i = 0; i < 16; i++)
		vt->palette[i] = standard_palette[i];
	vt->palette_changes++;
}

void vt_answer(struct vt *vt, const char *bytes, size_t length)
{
	if (vt->ops.answer)
		vt->ops.answer(vt->cookie, bytes, length);
}

void vt_tab_set(struct vt *vt, unsigned int x, bool set)
{
	uint8_t bit = (uint8_t)(1u << x % 8);

	if (set)
		vt->tabs[x / 8] |= bit;
	else
		vt->tabs[x / 8] &= (uint8_t)~bit;
}

void vt_tab_clear_all(struct vt *vt)
{
	for (unsigned int i = 0; i < sizeof(vt->tabs); i++)
		vt->tabs[i] = 0;
}

static bool tab_at(const struct vt *vt, unsigned int x) { return vt->tabs[x / 8] >> x % 8 & 1; }

void vt_tab(struct vt *vt, unsigned int count)
{
	vt->pen.wrap = false;
	while (count && vt->pen.x + 1u < vt->cols) {
		vt->pen.x++;
		count -= tab_at(vt, vt->pen.x);
	}
}

void vt_tab_back(struct vt *vt, unsigned int count)
{
	vt->pen.wrap = false;
	while (count && vt->pen.x > 0) {
		vt->pen.x--;
		count -= tab_at(vt, vt->pen.x);
	}
}

void vt_move_to(struct vt *vt, unsigned int x, unsigned int y)
{
	bool origin = vt->modes & VT_MODE_ORIGIN;

	vt->pen.x = (uint16_t)vt_min(x, vt->cols - 1u);
	vt->pen.y = (uint16_t)vt_min(origin ? vt->top + vt_min(y, vt->rows) : y, (origin ? vt->bottom : vt->rows) - 1u);
	vt->pen.wrap = false;
}

void vt_save(struct vt *vt)
{
	vt->page->saved = vt->pen;
	vt->page->saved.origin = vt->modes & VT_MODE_ORIGIN;
}

void vt_restore(struct vt *vt)
{
	vt->pen = vt->page->saved;
	vt->modes &= (uint16_t)~VT_MODE_ORIGIN;
	if (vt->pen.origin)
		vt->modes |= VT_MODE_ORIGIN;
}

void vt_soft_reset(struct vt *vt)
{
	uint16_t kept = vt->modes & (VT_MODE_ALTERNATE | VT_MODE_REVERSE);
	uint16_t x = vt->pen.x, y = vt->pen.y;

	vt->modes = kept | VT_MODE_WRAP | VT_MODE_CURSOR;
	vt->top = 0;
	vt->bottom = vt->rows;
	vt->pen = (struct vt_pen){.charset = {'B', 'B'}, .fg = 7, .flags = VT_DEFAULT_FG | VT_DEFAULT_BG};
	vt_save(vt);
	vt->pen.x = x;
	vt->pen.y = y;
}

void vt_reset(struct vt *vt)
{
	vt->page = &vt->pages[1];
	vt_soft_reset(vt);
	vt_erase_rows(vt, 0, vt->rows);
	vt->page = &vt->pages[0];
	vt->modes = 0;
	vt_soft_reset(vt);
	vt->pen.x = 0;
	vt->pen.y = 0;
	vt_erase_rows(vt, 0, vt->rows);
	vt_tab_clear_all(vt);
	for (unsigned int x = 8; x < VT_COLS_MAX; x += 8)
		vt_tab_set(vt, x, true);
	vt->last = 0;
	vt_forget_history(vt);
	vt_reset_palette(vt);
}

void vt_init(struct vt *vt, unsigned int cols, unsigned int rows, struct vt_cell *cells, const struct vt_ops *ops,
	     void *cookie)
{
	*vt = (struct vt){.cols = (uint16_t)cols, .rows = (uint16_t)rows, .ops = *ops, .cookie = cookie};
	for (unsigned int i = 0; i < 2; i++) {
		vt->pages[i].cells = cells + (size_t)i * cols * rows;
		for (unsigned int y = 0; y < rows; y++)
			vt->pages[i].line[y] = (uint16_t)y;
	}
	for (size_t i = 0; i < VT_CELLS(cols, rows); i++)
		cells[i] = (struct vt_cell){.code = ' '};
	vt_reset(vt);
}

void vt_control(struct vt *vt, uint8_t control)
{
	switch (control) {
	case '\a':
		if (vt->ops.bell)
			vt->ops.bell(vt->cookie);
		break;
	case '\b':
		vt->pen.x -= vt->pen.x > 0;
		vt->pen.wrap = false;
		break;
	case '\t':
		vt_tab(vt, 1);
		break;
	case '\n':
	case '\v':
	case '\f':
		vt_index(vt);
		if (vt->modes & VT_MODE_NEWLINE)
			vt->pen.x = 0;
		vt->pen.wrap = false;
		break;
	case '\r':
		vt->pen.x = 0;
		vt->pen.wrap = false;
		break;
	case 0x0e: /* SO, SI */
	case 0x0f:
		vt->pen.shift = control == 0x0e;
		break;
	}
}

/* DECALN */
static void alignment(struct vt *vt)
{
	vt->pen.wrap = false;
	for (unsigned int y = 0; y < vt->rows; y++) {
		struct vt_cell *line = vt_line(vt, y);

		for (unsigned int x = 0; x < vt->cols; x++)
			line[x] = (struct vt_cell){.code = 'E', .flags = VT_DEFAULT_FG | VT_DEFAULT_BG};
		vt_mark(vt, y, 0, vt->cols);
	}
}

/* With an intermediate byte: character sets, and the alignment pattern. */
static void designate(struct vt *vt, uint8_t final)
{
	switch (vt->intermediate) {
	case '(':
	case ')':
		vt->pen.charset[vt->intermediate == ')'] = final;
		break;
	case '#':
		if (final == '8')
			alignment(vt);
		break;
	}
}

void vt_escape(struct vt *vt, uint8_t final)
{
	if (vt->intermediate) {
		designate(vt, final);
		return;
	}
	switch (final) {
	case '7':
		vt_save(vt);
		break;
	case '8':
		vt_restore(vt);
		break;
	case '=':
		vt->modes |= VT_MODE_APP_KEYPAD;
		break;
	case '>':
		vt->modes &= (uint16_t)~VT_MODE_APP_KEYPAD;
		break;
	case 'E':
		vt->pen.x = 0;
		/* fall through */
	case 'D':
		vt_index(vt);
		vt->pen.wrap = false;
		break;
	case 'M':
		vt_reverse_index(vt);
		vt->pen.wrap = false;
		break;
	case 'H':
		vt_tab_set(vt, vt->pen.x, true);
		break;
	case 'Z':
		vt_answer(vt, "\033[?6c", 5);
		break;
	case 'c':
		vt_reset(vt);
		break;
	}
}
