/* SPDX-License-Identifier: 0BSD */
/* echo.c: what the line shows of the input.
 *
 * To rub out, the width of the line is reckoned twice, up to what is kept and up to its end, from
 * the column where its echo began; the difference is rubbed out with "\b \b". So erasing a
 * character, a word and a line, with tabs, controls and wide characters, is one thing, and costs at
 * most two walks along the line. */
#include "ldisc/internal.h"

void ldisc_echo(struct ldisc *ld, uint8_t byte)
{
	if (!ldisc_has(ld, ECHO))
		return;
	if (ldisc_has(ld, ECHOCTL) && ldisc_is_control(byte) && byte != '\t') {
		ldisc_post(ld, '^', LDISC_STAGE);
		byte ^= 0x40;
	}
	ldisc_post(ld, byte, LDISC_STAGE);
}

void ldisc_echo_newline(struct ldisc *ld) { ldisc_post(ld, '\n', LDISC_STAGE); }

void ldisc_end_rubbing(struct ldisc *ld)
{
	if (ld->rubbing)
		ldisc_post(ld, '/', LDISC_STAGE);
	ld->rubbing = false;
}

/* The column behind [ld->line, end). */
static uint32_t column_at(struct ldisc *ld, uint32_t end)
{
	uint32_t column = ld->line_column, codes[2];
	struct utf8 utf8 = {0};

	for (uint32_t at = ld->line; at != end; at++) {
		uint8_t byte = (uint8_t)*in_at(ld, at);
		unsigned int count = 1;

		codes[0] = byte;
		if (ld->tio.c_iflag & IUTF8)
			count = utf8_decode(&utf8, byte, codes);
		for (unsigned int i = 0; i < count; i++) {
			if (codes[i] == '\t')
				column += 8 - column % 8;
			else if (codes[i] < 0x20 || codes[i] == 0x7f)
				column += ldisc_has(ld, ECHOCTL) ? 2 : 0;
			else
				column += utf8_width(codes[i]);
		}
	}
	return column;
}

/* ECHOPRT, for terminals on paper: what is taken away is printed between \ and /. */
static void print_rubbed(struct ldisc *ld, uint32_t keep)
{
	if (!ld->rubbing)
		ldisc_post(ld, '\\', LDISC_STAGE);
	ld->rubbing = true;
	while (ld->in_tail != keep) {
		uint32_t at = ld->in_tail - 1, end = ld->in_tail;

		while (ld->tio.c_iflag & IUTF8 && at != keep && utf8_continues((uint8_t)*in_at(ld, at)))
			at--;
		ld->in_tail = at;
		for (; at != end; at++)
			ldisc_echo(ld, (uint8_t)*in_at(ld, at));
	}
}

/* KILL shown as a new line unless all of ECHOK, ECHOKE and ECHOE ask for more. */
static bool kills_plainly(const struct ldisc *ld, uint8_t byte)
{
	uint32_t all = ECHOK | ECHOKE | ECHOE;

	return ldisc_is(ld, byte, VKILL) && (ld->tio.c_lflag & all) != all;
}

void ldisc_rub_out(struct ldisc *ld, uint32_t keep, uint8_t byte)
{
	if (ldisc_has(ld, ECHO) && kills_plainly(ld, byte)) {
		ldisc_end_rubbing(ld);
		ldisc_echo(ld, byte);
		if (ldisc_has(ld, ECHOK))
			ldisc_echo_newline(ld);
	} else if (ldisc_has(ld, ECHO) && ldisc_has(ld, ECHOPRT)) {
		print_rubbed(ld, keep);
	} else if (ldisc_has(ld, ECHO) && !ldisc_has(ld, ECHOE)) {
		ldisc_echo(ld, byte);
	} else if (ldisc_has(ld, ECHO)) {
		uint32_t width = column_at(ld, ld->in_tail) - column_at(ld, keep);

		for (; width; width--) {
			ldisc_stage(ld, "\b \b", 3);
			ld->column -= ld->column > 0;
		}
	}
	ld->in_tail = keep;
}

void ldisc_reprint(struct ldisc *ld)
{
	ldisc_end_rubbing(ld);
	ldisc_echo(ld, ld->tio.c_cc[VREPRINT]);
	ldisc_echo_newline(ld);
	ld->line_column = ld->column;
	for (uint32_t at = ld->line; at != ld->in_tail; at++)
		ldisc_echo(ld, (uint8_t)*in_at(ld, at));
}
