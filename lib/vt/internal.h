/* SPDX-License-Identifier: 0BSD */
/* internal.h: what the files of the terminal ask of each other. Columns and rows count from 0. */
#pragma once

#include "vt/vt.h"

/* grid.c: cells. Nothing here looks at the scroll region but vt_index and vt_reverse_index. */

/* Row `y` of the screen that programs write to. */
struct vt_cell *vt_line(struct vt *vt, unsigned int y);
void vt_mark(struct vt *vt, unsigned int y, unsigned int from, unsigned int to);
/* Blanks columns [from, to) of row `y` in the pen's background. */
void vt_erase(struct vt *vt, unsigned int y, unsigned int from, unsigned int to);
void vt_erase_rows(struct vt *vt, unsigned int from, unsigned int to);
/* Moves the rows [top, bottom) up or down by `count`; blank ones come in. */
void vt_scroll_up(struct vt *vt, unsigned int top, unsigned int bottom, unsigned int count);
void vt_scroll_down(struct vt *vt, unsigned int top, unsigned int bottom, unsigned int count);
/* Shifts what is at and right of the cursor by `count` columns. */
void vt_insert_cells(struct vt *vt, unsigned int count);
void vt_delete_cells(struct vt *vt, unsigned int count);
/* One line down or up, scrolling at the edge of the region. */
void vt_index(struct vt *vt);
void vt_reverse_index(struct vt *vt);
void vt_forget_history(struct vt *vt);

/* print.c */
void vt_print(struct vt *vt, uint32_t code);
/* Prints the last character `count` times more. */
void vt_repeat(struct vt *vt, unsigned int count);

/* escape.c: controls and sequences without parameters */
void vt_control(struct vt *vt, uint8_t control);
void vt_escape(struct vt *vt, uint8_t final);
/* Places the cursor, within the region in origin mode. */
void vt_move_to(struct vt *vt, unsigned int x, unsigned int y);
void vt_save(struct vt *vt);
void vt_restore(struct vt *vt);
/* Back to the state of vt_init (RIS), or only the modes and the pen (DECSTR). */
void vt_reset(struct vt *vt);
void vt_soft_reset(struct vt *vt);
void vt_reset_palette(struct vt *vt);
void vt_tab(struct vt *vt, unsigned int count);
void vt_tab_back(struct vt *vt, unsigned int count);
void vt_tab_set(struct vt *vt, unsigned int x, bool set);
void vt_tab_clear_all(struct vt *vt);
void vt_answer(struct vt *vt, const char *bytes, size_t length);

/* csi.c, mode.c, sgr.c */
void vt_csi(struct vt *vt, uint8_t final);
/* Parameter `i`, or `absent` where it is missing or 0. */
unsigned int vt_param(const struct vt *vt, unsigned int i, unsigned int absent);
void vt_set_modes(struct vt *vt, bool set);
void vt_sgr(struct vt *vt);

static inline unsigned int vt_min(unsigned int a, unsigned int b) { return a < b ? a : b; }
