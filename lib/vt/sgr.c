/* SPDX-License-Identifier: 0BSD */
/* sgr.c: how text looks, and the 256 colours.
 *
 * A direct colour (38;2;r;g;b) is rounded to the nearest step of the 6x6x6 cube, or to a grey when
 * its parts are equal: cells stay at eight bytes. */
#include "vt/internal.h"

static const uint8_t cube_level[6] = {0, 95, 135, 175, 215, 255};

uint32_t vt_colour(const struct vt *vt, uint8_t index)
{
	unsigned int cube, grey;

	if (index < 16)
		return vt->palette[index];
	if (index >= 232) {
		grey = 8 + (index - 232u) * 10;
		return grey << 16 | grey << 8 | grey;
	}
	cube = index - 16u;
	return (uint32_t)cube_level[cube / 36] << 16 | (uint32_t)cube_level[cube / 6 % 6] << 8 | cube_level[cube % 6];
}

static unsigned int cube_step(unsigned int level)
{
	return level < 48 ? 0 : level < 115 ? 1 : vt_min((level - 35) / 40, 5);
}

static uint8_t nearest(unsigned int red, unsigned int green, unsigned int blue)
{
	if (red == green && green == blue && red >= 4 && red < 247)
		return (uint8_t)(232 + vt_min((red - 3) / 10, 23));
	return (uint8_t)(16 + 36 * cube_step(red) + 6 * cube_step(green) + cube_step(blue));
}

/* The colour behind 38 or 48 at parameter `i`. Returns the last parameter that belongs to it. */
static unsigned int extended(struct vt *vt, unsigned int i, bool background)
{
	unsigned int kind = vt_param(vt, i + 1, 0);
	unsigned int first = i + 2, last = kind == 2 ? i + 4 : i + 2;
	uint8_t colour;

	if (kind != 2 && kind != 5)
		return i + (kind != 0);
	/* with colons there may be a colour space: 38:2::r:g:b */
	if (kind == 2 && i + 5 < vt->param_count && vt->sub_params >> (i + 5) & 1) {
		first++;
		last++;
	}
	if (last >= vt->param_count)
		return last;
	colour = (uint8_t)vt_min(vt->params[first], 255);
	if (kind == 2)
		colour = nearest(colour, vt_min(vt->params[first + 1], 255), vt_min(vt->params[first + 2], 255));
	*(background ? &vt->pen.bg : &vt->pen.fg) = colour;
	vt->pen.flags &= (uint16_t) ~(background ? VT_DEFAULT_BG : VT_DEFAULT_FG);
	return last;
}

static void set_colour(struct vt *vt, unsigned int code)
{
	unsigned int tens = code / 10 * 10, index = code % 10;
	bool background = tens == 40 || tens == 100;
	uint16_t plain = background ? VT_DEFAULT_BG : VT_DEFAULT_FG;

	if (index == 9) {
		vt->pen.flags |= plain;
		*(background ? &vt->pen.bg : &vt->pen.fg) = background ? 0 : 7;
	} else if (index < 8) {
		vt->pen.flags &= (uint16_t)~plain;
		*(background ? &vt->pen.bg : &vt->pen.fg) = (uint8_t)(index + (tens >= 90 ? 8 : 0));
	}
}

/* What codes 0-29 set and clear; 21 is a double underline, drawn as one. */
static void set_look(struct vt *vt, unsigned int code)
{
	static const uint16_t on[10] = {0,	  VT_BOLD,  VT_DIM,	VT_ITALIC, VT_UNDERLINE,
					VT_BLINK, VT_BLINK, VT_REVERSE, VT_HIDDEN, VT_STRIKE};

	if (code == 0)
		vt->pen.flags = VT_DEFAULT_FG | VT_DEFAULT_BG;
	if (code == 0) {
		vt->pen.fg = 7;
		vt->pen.bg = 0;
	} else if (code < 10) {
		vt->pen.flags |= on[code];
	} else if (code == 21) {
		vt->pen.flags |= VT_UNDERLINE;
	} else if (code == 22) {
		vt->pen.flags &= (uint16_t) ~(VT_BOLD | VT_DIM);
	} else if (code > 22 && code < 30) {
		vt->pen.flags &= (uint16_t)~on[code - 20];
	}
}

void vt_sgr(struct vt *vt)
{
	if (!vt->param_count)
		set_look(vt, 0);
	for (unsigned int i = 0; i < vt->param_count; i++) {
		unsigned int code = vt->params[i];

		if (vt->sub_params >> i & 1)
			continue; /* says more about a code that needs no more */
		if (code == 38 || code == 48)
			i = extended(vt, i, code == 48);
		else if (code < 30)
			set_look(vt, code);
		else if (code < 50 || (code >= 90 && code < 108))
			set_colour(vt, code);
	}
}
