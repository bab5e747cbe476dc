/* SPDX-License-Identifier: 0BSD */
/* internal.h: what the two kinds of screens share. */
#pragma once

#include "screen/screen.h"

/* Indices of colours that are drawn, all that changes them (bold, reverse, hidden) considered. */
struct screen_colours {
	uint8_t text, behind;
};

struct screen_colours screen_colours(const struct vt_cell *cell);

/* Nothing of `screen` is known to be drawn. */
void screen_forget(struct screen *screen);
