/* SPDX-License-Identifier: 0BSD */
/* parser.c: which bytes make a sequence.
 *
 * Characters are decoded in the ground state only: everything in a sequence is ASCII. C0 controls
 * act in the middle of a sequence, CAN and SUB break it off, ESC begins another. Strings (titles,
 * device control) are read to ST or BEL and dropped; the two exceptions are Linux's ESC ] P nrrggbb
 * and ESC ] R, which have no end mark. */
#include "vt/internal.h"

enum {
	GROUND,
	ESCAPE,
	ESCAPE_INTERMEDIATE,
	CSI_ENTRY,
	CSI_PARAM,
	CSI_INTERMEDIATE,
	CSI_IGNORE,
	OSC_START,
	PALETTE,
	STRING,
};

enum { CAN = 0x18, SUB = 0x1a, ESC = 0x1b, BEL = 0x07, DEL = 0x7f };

static void csi_start(struct vt *vt)
{
	vt->state = CSI_ENTRY;
	vt->marker = 0;
	vt->intermediate = 0;
	vt->param_count = 0;
	vt->sub_params = 0;
	for (unsigned int i = 0; i < VT_PARAMS_MAX; i++)
		vt->params[i] = 0;
}

static void escape_start(struct vt *vt)
{
	vt->state = ESCAPE;
	vt->intermediate = 0;
}

/* What ESC and this byte begin, and the C1 control of that number as well. */
static void introduce(struct vt *vt, uint8_t byte)
{
	vt->state = GROUND;
	vt->intermediate = 0;
	switch (byte) {
	case '[':
		csi_start(vt);
		break;
	case ']':
		vt->state = OSC_START;
		break;
	case 'P':
	case 'X':
	case '^':
	case '_':
		vt->state = STRING;
		break;
	default:
		vt_escape(vt, byte);
	}
}

static void ground(struct vt *vt, uint8_t byte)
{
	uint32_t codes[2];
	unsigned int count;

	if (byte >= 0x20 && byte < DEL && !vt->utf8.missing) {
		vt_print(vt, byte);
		return;
	}
	count = utf8_decode(&vt->utf8, byte, codes);
	for (unsigned int i = 0; i < count; i++) {
		if (codes[i] == ESC)
			escape_start(vt);
		else if (codes[i] < 0x20)
			vt_control(vt, (uint8_t)codes[i]);
		else if (codes[i] >= 0x80 && codes[i] < 0xa0)
			introduce(vt, (uint8_t)(codes[i] - 0x40));
		else if (codes[i] != DEL)
			vt_print(vt, codes[i]);
	}
}

static void escape(struct vt *vt, uint8_t byte)
{
	if (byte < 0x30) {
		vt->intermediate = byte;
		vt->state = ESCAPE_INTERMEDIATE;
	} else if (byte < DEL && vt->state == ESCAPE) {
		introduce(vt, byte);
	} else if (byte < DEL) {
		vt->state = GROUND;
		vt_escape(vt, byte);
	}
}

/* A digit or a separator of parameters. What is beyond the table or too large is cut. */
static void param(struct vt *vt, uint8_t byte)
{
	uint16_t *number;

	if (!vt->param_count)
		vt->param_count = 1;
	number = &vt->params[vt->param_count - 1];
	if (byte >= '0' && byte <= '9') {
		*number = (uint16_t)vt_min(*number * 10u + (byte - '0'), 0xffff);
		return;
	}
	if (vt->param_count == VT_PARAMS_MAX) {
		vt->state = CSI_IGNORE;
		return;
	}
	if (byte == ':')
		vt->sub_params |= (uint16_t)(1u << vt->param_count);
	vt->param_count++;
}

static void csi(struct vt *vt, uint8_t byte)
{
	if (byte >= 0x40) {
		bool known = vt->state != CSI_IGNORE;

		vt->state = GROUND;
		if (known)
			vt_csi(vt, byte);
	} else if (vt->state == CSI_IGNORE) {
		return;
	} else if (byte < 0x30) {
		vt->intermediate = byte;
		vt->state = CSI_INTERMEDIATE;
	} else if (vt->state == CSI_INTERMEDIATE) {
		vt->state = CSI_IGNORE;
	} else if (byte >= '<') {
		vt->marker = byte;
		vt->state = vt->state == CSI_ENTRY ? CSI_PARAM : CSI_IGNORE;
	} else {
		vt->state = CSI_PARAM;
		param(vt, byte);
	}
}

static void osc(struct vt *vt, uint8_t byte)
{
	vt->state = byte == 'P' ? PALETTE : STRING;
	vt->palette_digits = 0;
	vt->palette_bits = 0;
	if (byte == 'R') {
		vt_reset_palette(vt);
		vt->state = GROUND;
	}
}

/* One of the seven hexadecimal digits of ESC ] P. */
static void palette(struct vt *vt, uint8_t byte)
{
	unsigned int digit = byte >= '0' && byte <= '9'	  ? byte - '0' + 0u
			     : byte >= 'a' && byte <= 'f' ? byte - 'a' + 10u
			     : byte >= 'A' && byte <= 'F' ? byte - 'A' + 10u
							  : 16;

	if (digit == 16) {
		vt->state = GROUND;
		return;
	}
	vt->palette_bits = vt->palette_bits << 4 | digit;
	if (++vt->palette_digits < 7)
		return;
	vt->palette[vt->palette_bits >> 24] = vt->palette_bits & 0xffffff;
	vt->state = GROUND;
	vt->palette_changes++;
}

/* A control in the middle of a sequence. Returns whether `byte` was one. */
static bool control(struct vt *vt, uint8_t byte)
{
	if (byte == ESC) {
		escape_start(vt);
		return true;
	}
	if (byte == CAN || byte == SUB) {
		vt->state = GROUND;
		return true;
	}
	if (byte >= 0x20)
		return false;
	if (vt->state < OSC_START)
		vt_control(vt, byte);
	else if (byte == BEL)
		vt->state = GROUND;
	return true;
}

static void take(struct vt *vt, uint8_t byte)
{
	if (vt->state == GROUND) {
		ground(vt, byte);
		return;
	}
	if (control(vt, byte) || byte == DEL)
		return;
	if (vt->state == STRING)
		return;
	if (byte >= 0x80)
		vt->state = GROUND; /* not a sequence after all */
	else if (vt->state <= ESCAPE_INTERMEDIATE)
		escape(vt, byte);
	else if (vt->state <= CSI_IGNORE)
		csi(vt, byte);
	else if (vt->state == OSC_START)
		osc(vt, byte);
	else
		palette(vt, byte);
}

void vt_write(struct vt *vt, const void *bytes, size_t length)
{
	const uint8_t *byte = bytes;

	if (vt->view)
		vt_look_back(vt, -(int)vt->view);
	for (size_t i = 0; i < length; i++)
		take(vt, byte[i]);
}
