/* SPDX-License-Identifier: 0BSD */
/* vt.h: a terminal that programs for TERM=linux, vt220 and the common part of xterm can use.
 *
 * Bytes go in by vt_write() and change a grid of cells. Whoever draws asks which part of each row
 * changed since it last did. Answers (device status and the like) and the bell go to two functions
 * of the caller. Nothing is allocated: the caller hands over cells for the screen, the alternate
 * screen and as many lines of history as it likes.
 *
 * Understood: UTF-8; C0 and C1 controls; cursor movement, tabs, saved cursor; erasing, inserting
 * and deleting of characters and lines; the scroll region; SGR with 16 and 256 colours, direct ones
 * being rounded to those; line drawing in G0/G1; insert, newline, origin, wrap, reverse screen,
 * cursor, application cursor and keypad, bracketed paste, alternate screen (47, 1047, 1049); status
 * reports and device attributes; Linux's palette sequences. Other sequences are read to their end
 * and ignored, as are titles and device control strings.
 *
 * Lines are moved by their number in a table, so a scroll costs one cleared line and not a copied
 * screen. No byte costs more than all cells once (erase, alignment pattern, repeat).
 *
 * The state machine of sequences is that of DEC's terminals as is commonly published (states
 * ground, escape, CSI entry, parameter, intermediate, ignore, string). Not locked: one caller at a
 * time.
 */
#pragma once

#include "utf8/utf8.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VT_COLS_MAX   512
#define VT_ROWS_MAX   256
#define VT_PARAMS_MAX 16

/* struct vt_cell.flags */
enum {
	VT_BOLD = 0x001,
	VT_DIM = 0x002,
	VT_ITALIC = 0x004,
	VT_UNDERLINE = 0x008,
	VT_BLINK = 0x010,
	VT_REVERSE = 0x020,
	VT_HIDDEN = 0x040,
	VT_STRIKE = 0x080,
	VT_DEFAULT_FG = 0x100, /* fg says nothing: the screen's own colour */
	VT_DEFAULT_BG = 0x200,
};

#define VT_TAIL 0u /* the code of the second column of a wide character */

struct vt_cell {
	uint32_t code;
	uint8_t fg, bg; /* 0-15 the palette, then the 6x6x6 cube and the greys as xterm has them */
	uint16_t flags;
};

/* struct vt.modes */
enum {
	VT_MODE_APP_CURSOR = 0x001, /* DECCKM: cursor keys are ESC O x */
	VT_MODE_APP_KEYPAD = 0x002,
	VT_MODE_ORIGIN = 0x004,
	VT_MODE_WRAP = 0x008,
	VT_MODE_CURSOR = 0x010, /* visible */
	VT_MODE_REVERSE = 0x020,
	VT_MODE_INSERT = 0x040,
	VT_MODE_NEWLINE = 0x080,
	VT_MODE_PASTE = 0x100, /* bracketed */
	VT_MODE_ALTERNATE = 0x200,
};

/* What a terminal does to the outside. Both may be NULL. */
struct vt_ops {
	void (*answer)(void *cookie, const char *bytes, size_t length); /* as if typed */
	void (*bell)(void *cookie);
};

/* Where text goes and how it looks: what DECSC saves. */
struct vt_pen {
	uint16_t x, y;
	bool wrap;	    /* the last column was written; the next character goes to a new line */
	bool origin;	    /* VT_MODE_ORIGIN at the time, in a saved pen only */
	uint8_t charset[2]; /* what was designated as G0, G1 */
	uint8_t shift;	    /* 0: G0 is in use, 1: G1 */
	uint8_t fg, bg;
	uint16_t flags;
};

/* One of the two screens: which stored line stands in which row. */
struct vt_page {
	struct vt_cell *cells;
	uint16_t line[VT_ROWS_MAX];
	struct vt_pen saved;
};

struct vt_span {
	uint16_t from, to; /* columns [from, to); empty when from >= to */
};

struct vt {
	/* for whoever looks; changed by this library only */
	uint16_t cols, rows;
	uint16_t modes;
	uint16_t view; /* lines of history that are looked at: see vt_look_back() */
	struct vt_pen pen;
	uint32_t palette[16];	  /* 0xRRGGBB */
	uint32_t palette_changes; /* counts them: cells look different without having changed */

	/* private */
	struct vt_ops ops;
	void *cookie;
	struct vt_page pages[2], *page;
	uint16_t top, bottom; /* scroll region [top, bottom) */
	uint32_t last;	      /* the last printed character, for REP */
	struct vt_cell *history;
	uint32_t history_rows, history_count, history_next;
	struct vt_span dirty[VT_ROWS_MAX];
	uint8_t tabs[VT_COLS_MAX / 8];
	/* the parser */
	struct utf8 utf8;
	uint8_t state;
	uint8_t marker;	      /* '?', '>', '=' or '<' behind CSI */
	uint8_t intermediate; /* the last byte of 20-2F */
	uint8_t palette_digits;
	uint32_t palette_bits;
	uint16_t params[VT_PARAMS_MAX];
	uint16_t sub_params; /* bit i: params[i] was set off by a colon */
	uint8_t param_count;
};

/* Cells that a terminal of this size needs. */
#define VT_CELLS(cols, rows) (2u * (cols) * (rows))

/*
 * Makes `vt` an empty terminal. `cells`, of VT_CELLS(cols, rows), is used as long as `vt` is. Sizes
 * are from 2 by 1 up to VT_COLS_MAX by VT_ROWS_MAX. `ops` is copied.
 */
void vt_init(struct vt *vt, unsigned int cols, unsigned int rows, struct vt_cell *cells, const struct vt_ops *ops,
	     void *cookie);

/*
 * Goes on with a terminal in memory that outlives its server, which died at any point of any call: `vt` and `cells` are
 * those of a vt_init with the same sizes. Its history is gone. False: it cannot be used.
 */
bool vt_recall(struct vt *vt, unsigned int cols, unsigned int rows, struct vt_cell *cells, const struct vt_ops *ops,
	       void *cookie);

/* Keeps `rows` lines that scroll off the screen in `cells`, which has rows * vt->cols of them. */
void vt_keep_history(struct vt *vt, struct vt_cell *cells, uint32_t rows);

/* Takes bytes from the program. */
void vt_write(struct vt *vt, const void *bytes, size_t length);

/* Looks `lines` further back (negative: forward) into history. The next output ends it. */
void vt_look_back(struct vt *vt, int lines);

/* The cells of row `y` as they are to be seen, vt->cols of them; until the next call that changes.
 */
const struct vt_cell *vt_row(const struct vt *vt, unsigned int y);

/* Whether the cursor is to be seen, and where. */
bool vt_cursor(const struct vt *vt, unsigned int *x, unsigned int *y);

/* The columns of row `y` that may have changed since vt_clean(). The cursor's move is not counted.
 */
struct vt_span vt_dirty(const struct vt *vt, unsigned int y);
void vt_clean(struct vt *vt);
/* Everything counts as changed. */
void vt_touch(struct vt *vt);

/* The colour of palette entry 0-255 as 0xRRGGBB. */
uint32_t vt_colour(const struct vt *vt, uint8_t index);
