/* SPDX-License-Identifier: 0BSD */
/* screen.h: a terminal drawn on a framebuffer or in VGA text memory.
 *
 * The screen keeps what it has drawn, cell by cell. screen_draw() compares that with the terminal
 * where the terminal says that it has changed, and draws what differs: video memory is never read,
 * and a scroll costs as many cells as look different after it.
 *
 * The cursor is drawn by exchanging the colours of its cell. Blinking is not drawn. On VGA there
 * are 16 colours for the text and 8 behind it, the 256 being rounded to them; characters are those
 * of code page 437. A character without a glyph is drawn as the font's mark for that, or '?'.
 */
#pragma once

#include "screen/font.h"
#include "vt/vt.h"

#include <abi/boot.h>

#define SCREEN_VGA_COLS	 80
#define SCREEN_VGA_ROWS	 25
#define SCREEN_VGA_PHYS	 0xb8000u
#define SCREEN_VGA_BYTES (2 * SCREEN_VGA_COLS * SCREEN_VGA_ROWS)

struct screen {
	uint16_t cols, rows; /* for whoever looks */

	/* private */
	void (*draw)(struct screen *screen, const struct vt *vt, unsigned int x, unsigned int y,
		     const struct vt_cell *cell);
	struct vt_cell *drawn;
	unsigned int cursor_x, cursor_y; /* where it was drawn, if it was */
	uint32_t palette_changes;
	volatile uint8_t *memory;
	/* framebuffer only */
	struct boot_display display;
	const struct font *font;
};

/* The size of a terminal that fills `display`; at most what lib/vt can do. Both 0: it cannot be
 * drawn on (a depth that is not 15, 16, 24 or 32 bits, or too small). */
void screen_size(const struct boot_display *display, const struct font *font, unsigned int *cols, unsigned int *rows);

/*
 * A screen on a framebuffer that is mapped at `memory`, or on VGA text memory there. `drawn` has
 * cols * rows cells and is used as long as the screen is. Everything is black afterwards.
 */
void screen_on_display(struct screen *screen, const struct boot_display *display, void *memory, const struct font *font,
		       struct vt_cell *drawn);
void screen_on_vga(struct screen *screen, void *memory, struct vt_cell *drawn);

/* Uses the upper left part only: for a terminal of this size, if that is less. Before anything is
 * drawn. */
void screen_limit(struct screen *screen, unsigned int cols, unsigned int rows);

/* Draws what has changed of `vt`, which has the screen's size, and marks it as clean. */
void screen_draw(struct screen *screen, struct vt *vt);

/* The code page 437 byte of a character; '?' if it has none. */
uint8_t screen_cp437(uint32_t code);
