/* SPDX-License-Identifier: 0BSD */
/* mode.c: SM, RM and DEC's private modes, by their numbers. */
#include "vt/internal.h"

static void change(struct vt *vt, uint16_t mode, bool set)
{
	vt->modes = set ? vt->modes | mode : vt->modes & (uint16_t)~mode;
}

/* Which screen programs write to. The cursor and how text looks stay. */
static void choose_page(struct vt *vt, bool alternate)
{
	change(vt, VT_MODE_ALTERNATE, alternate);
	vt->page = &vt->pages[alternate];
	vt->pen.wrap = false;
	vt_touch(vt);
}

/* 1049: the saved cursor belongs to the main screen, the alternate one begins empty. */
static void swap_page(struct vt *vt, bool alternate)
{
	if (alternate == !!(vt->modes & VT_MODE_ALTERNATE))
		return;
	if (alternate)
		vt_save(vt);
	choose_page(vt, alternate);
	if (alternate)
		vt_erase_rows(vt, 0, vt->rows);
	else
		vt_restore(vt);
}

static void set_private(struct vt *vt, unsigned int mode, bool set)
{
	switch (mode) {
	case 1:
		change(vt, VT_MODE_APP_CURSOR, set);
		break;
	case 5:
		change(vt, VT_MODE_REVERSE, set);
		vt_touch(vt);
		break;
	case 6:
		change(vt, VT_MODE_ORIGIN, set);
		vt_move_to(vt, 0, 0);
		break;
	case 7:
		change(vt, VT_MODE_WRAP, set);
		vt->pen.wrap = false;
		break;
	case 25:
		change(vt, VT_MODE_CURSOR, set);
		break;
	case 66:
		change(vt, VT_MODE_APP_KEYPAD, set);
		break;
	case 1047:
		if (!set && vt->modes & VT_MODE_ALTERNATE)
			vt_erase_rows(vt, 0, vt->rows);
		/* fall through */
	case 47:
		choose_page(vt, set);
		break;
	case 1048:
		if (set)
			vt_save(vt);
		else
			vt_restore(vt);
		break;
	case 1049:
		swap_page(vt, set);
		break;
	case 2004:
		change(vt, VT_MODE_PASTE, set);
		break;
	}
}

void vt_set_modes(struct vt *vt, bool set)
{
	for (unsigned int i = 0; i < vt->param_count; i++) {
		if (vt->marker == '?')
			set_private(vt, vt->params[i], set);
		else if (vt->params[i] == 4)
			change(vt, VT_MODE_INSERT, set);
		else if (vt->params[i] == 20)
			change(vt, VT_MODE_NEWLINE, set);
	}
}
