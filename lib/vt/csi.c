/* SPDX-License-Identifier: 0BSD */
/* csi.c: sequences with parameters, by their final byte (ECMA-48, and DEC's VT220 manual for what
 * begins with a question mark). Movements stop at the edge of the region when they begin in it. */
#include "vt/internal.h"

unsigned int vt_param(const struct vt *vt, unsigned int i, unsigned int absent)
{
	return i < vt->param_count && vt->params[i] ? vt->params[i] : absent;
}

static void move_up(struct vt *vt, unsigned int count)
{
	unsigned int edge = vt->pen.y >= vt->top ? vt->top : 0;

	vt->pen.y = (uint16_t)(vt->pen.y - vt_min(count, vt->pen.y - edge));
	vt->pen.wrap = false;
}

static void move_down(struct vt *vt, unsigned int count)
{
	unsigned int edge = vt->pen.y < vt->bottom ? vt->bottom : vt->rows;

	vt->pen.y = (uint16_t)vt_min(vt->pen.y + count, edge - 1);
	vt->pen.wrap = false;
}

static void move_across(struct vt *vt, unsigned int x)
{
	vt->pen.x = (uint16_t)vt_min(x, vt->cols - 1u);
	vt->pen.wrap = false;
}

/* VPA and VPR: the column stays. */
static void move_to_row(struct vt *vt, unsigned int y) { vt_move_to(vt, vt->pen.x, y); }

static void erase_in_display(struct vt *vt)
{
	unsigned int y = vt->pen.y;

	switch (vt_param(vt, 0, 0)) {
	case 0:
		vt_erase(vt, y, vt->pen.x, vt->cols);
		vt_erase_rows(vt, y + 1, vt->rows);
		break;
	case 1:
		vt_erase_rows(vt, 0, y);
		vt_erase(vt, y, 0, vt->pen.x + 1u);
		break;
	case 2:
		vt_erase_rows(vt, 0, vt->rows);
		break;
	case 3:
		vt_erase_rows(vt, 0, vt->rows);
		vt_forget_history(vt);
		break;
	}
	vt->pen.wrap = false;
}

static void erase_in_line(struct vt *vt)
{
	unsigned int what = vt_param(vt, 0, 0);

	if (what <= 2)
		vt_erase(vt, vt->pen.y, what == 0 ? vt->pen.x : 0, what == 1 ? vt->pen.x + 1u : vt->cols);
	vt->pen.wrap = false;
}

/* IL and DL: within the region only. */
static void change_lines(struct vt *vt, bool insert)
{
	unsigned int count = vt_param(vt, 0, 1);

	if (vt->pen.y < vt->top || vt->pen.y >= vt->bottom)
		return;
	if (insert)
		vt_scroll_down(vt, vt->pen.y, vt->bottom, count);
	else
		vt_scroll_up(vt, vt->pen.y, vt->bottom, count);
	move_across(vt, 0);
}

static void set_region(struct vt *vt)
{
	unsigned int top = vt_param(vt, 0, 1) - 1, bottom = vt_param(vt, 1, vt->rows);

	bottom = vt_min(bottom, vt->rows);
	if (top + 1 >= bottom && vt->rows > 1)
		return;
	vt->top = (uint16_t)vt_min(top, vt->rows - 1u);
	vt->bottom = (uint16_t)bottom;
	vt_move_to(vt, 0, 0);
}

/* Appends a number in decimal. */
static char *decimal(char *at, unsigned int number)
{
	if (number >= 10)
		at = decimal(at, number / 10);
	*at++ = (char)('0' + number % 10);
	return at;
}

/* Answers `intro` FIRST ; SECOND `final`. */
static void answer_pair(struct vt *vt, const char *intro, unsigned int first, unsigned int second, char final)
{
	char text[32], *at = text;

	while (*intro)
		*at++ = *intro++;
	at = decimal(at, first);
	*at++ = ';';
	at = decimal(at, second);
	*at++ = final;
	vt_answer(vt, text, (size_t)(at - text));
}

static void report(struct vt *vt)
{
	unsigned int y = vt->pen.y - (vt->modes & VT_MODE_ORIGIN ? vt->top : 0);

	if (vt_param(vt, 0, 0) == 5)
		vt_answer(vt, "\033[0n", 4);
	else if (vt_param(vt, 0, 0) == 6)
		answer_pair(vt, vt->marker == '?' ? "\033[?" : "\033[", y + 1, vt->pen.x + 1u, 'R');
}

static void clear_tabs(struct vt *vt)
{
	switch (vt_param(vt, 0, 0)) {
	case 0:
		vt_tab_set(vt, vt->pen.x, false);
		break;
	case 3:
		vt_tab_clear_all(vt);
		break;
	}
}

/* Changes of the grid. Returns whether `final` is one. */
static bool edit(struct vt *vt, uint8_t final)
{
	unsigned int count = vt_param(vt, 0, 1);

	switch (final) {
	case '@':
		vt_insert_cells(vt, count);
		break;
	case 'P':
		vt_delete_cells(vt, count);
		break;
	case 'X':
		vt_erase(vt, vt->pen.y, vt->pen.x, vt_min(vt->pen.x + count, vt->cols));
		break;
	case 'J':
		erase_in_display(vt);
		return true;
	case 'K':
		erase_in_line(vt);
		return true;
	case 'L':
	case 'M':
		change_lines(vt, final == 'L');
		return true;
	case 'S':
		vt_scroll_up(vt, vt->top, vt->bottom, count);
		return true;
	case 'T':
		vt_scroll_down(vt, vt->top, vt->bottom, count);
		return true;
	case 'b':
		vt_repeat(vt, count);
		return true;
	default:
		return false;
	}
	vt->pen.wrap = false;
	return true;
}

/* Movements of the cursor. Returns whether `final` is one. */
static bool move(struct vt *vt, uint8_t final)
{
	unsigned int count = vt_param(vt, 0, 1);

	switch (final) {
	case 'F':
		move_across(vt, 0);
		/* fall through */
	case 'A':
		move_up(vt, count);
		return true;
	case 'E':
		move_across(vt, 0);
		/* fall through */
	case 'B':
	case 'e':
		move_down(vt, count);
		return true;
	case 'C':
	case 'a':
		move_across(vt, vt->pen.x + count);
		return true;
	case 'D':
		move_across(vt, vt->pen.x - vt_min(count, vt->pen.x));
		return true;
	case 'G':
	case '`':
		move_across(vt, count - 1);
		return true;
	case 'H':
	case 'f':
		vt_move_to(vt, vt_param(vt, 1, 1) - 1, count - 1);
		return true;
	case 'I':
		vt_tab(vt, count);
		return true;
	case 'Z':
		vt_tab_back(vt, count);
		return true;
	case 'd':
		move_to_row(vt, count - 1);
		return true;
	}
	return false;
}

/* Everything else without a marker. */
static void control(struct vt *vt, uint8_t final)
{
	switch (final) {
	case 'c':
		if (vt_param(vt, 0, 0) == 0)
			vt_answer(vt, "\033[?6c", 5);
		break;
	case 'g':
		clear_tabs(vt);
		break;
	case 'h':
	case 'l':
		vt_set_modes(vt, final == 'h');
		break;
	case 'm':
		vt_sgr(vt);
		break;
	case 'n':
		report(vt);
		break;
	case 'r':
		set_region(vt);
		break;
	case 's':
		vt_save(vt);
		break;
	case 'u':
		vt_restore(vt);
		break;
	case 't':
		if (vt_param(vt, 0, 0) == 18)
			answer_pair(vt, "\033[8;", vt->rows, vt->cols, 't');
		break;
	}
}

static void marked(struct vt *vt, uint8_t final)
{
	if (vt->marker == '?' && (final == 'h' || final == 'l'))
		vt_set_modes(vt, final == 'h');
	else if (vt->marker == '?' && final == 'n')
		report(vt);
	else if (vt->marker == '>' && final == 'c')
		vt_answer(vt, "\033[>0;0;0c", 9);
}

void vt_csi(struct vt *vt, uint8_t final)
{
	if (vt->intermediate) {
		if (vt->intermediate == '!' && final == 'p')
			vt_soft_reset(vt);
		return;
	}
	if (vt->marker)
		marked(vt, final);
	else if (!move(vt, final) && !edit(vt, final))
		control(vt, final);
}
