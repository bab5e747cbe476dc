/* SPDX-License-Identifier: 0BSD */
/* vt.c: tests of lib/vt: what is on the screen after some bytes. */
#include "vt/vt.h"

#include "host/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct term {
	struct vt vt;
	struct vt_cell *cells, *history;
	char answers[256];
	unsigned int bells;
	char text[8192];
};

static void answer(void *cookie, const char *bytes, size_t length)
{
	struct term *term = cookie;

	if (strlen(term->answers) + length < sizeof(term->answers))
		strncat(term->answers, bytes, length);
}

static void bell(void *cookie) { ((struct term *)cookie)->bells++; }

static struct term *term_new(unsigned int cols, unsigned int rows)
{
	struct term *term = calloc(1, sizeof(*term));
	static const struct vt_ops ops = {answer, bell};

	/* exactly as much as was promised: the sanitizer watches the ends */
	term->cells = malloc(VT_CELLS(cols, rows) * sizeof(struct vt_cell));
	vt_init(&term->vt, cols, rows, term->cells, &ops, term);
	return term;
}

static void term_free(struct term *term)
{
	free(term->cells);
	free(term->history);
	free(term);
}

static void say(struct term *term, const char *text) { vt_write(&term->vt, text, strlen(text)); }

/* The screen as text: rows end with '|' behind their last character that is not blank. */
static const char *look(struct term *term)
{
	char *at = term->text;

	for (unsigned int y = 0; y < term->vt.rows; y++) {
		const struct vt_cell *row = vt_row(&term->vt, y);
		unsigned int end = term->vt.cols;

		while (end && row[end - 1].code == ' ')
			end--;
		for (unsigned int x = 0; x < end; x++)
			if (row[x].code != VT_TAIL)
				at += utf8_encode(row[x].code, at);
		*at++ = '|';
	}
	*at = 0;
	return term->text;
}

/* One test: a terminal of 8 by 4, some bytes, the screen. */
static void shows(const char *bytes, const char *screen)
{
	struct term *term = term_new(8, 4);

	say(term, bytes);
	if (!EXPECT_STR(look(term), screen))
		fprintf(stderr, "  by %s\n", bytes);
	term_free(term);
}

TEST(vt, text_wraps_at_the_margin_only_when_more_comes)
{
	shows("12345678", "12345678||||");
	shows("12345678\r\nx", "12345678|x|||");
	shows("123456789", "12345678|9|||");
	shows("12345678\b9", "12345698||||");
	shows("\033[?7l123456789", "12345679||||");
}

TEST(vt, output_scrolls_at_the_bottom)
{
	shows("1\r\n2\r\n3\r\n4\r\n5", "2|3|4|5|");
	shows("1\n2\n3", "1| 2|  3||");
	shows("\033[20h1\n2\n3", "1|2|3||");
	shows("1\r\n2\033[H\033Mx", "x|1|2||");
	shows("\0337\033[3;3Ha\0338b", "b||  a||");
}

TEST(vt, cursor_moves_and_stops_at_the_edges)
{
	shows("\033[2;3Hx", "|  x|||");
	shows("\033[99;99Hx", "|||       x|");
	shows("\033[99Bx\033[99Ay", " y|||x|");
	shows("\033[4Cx\033[3Dy\033[99Dz", "z y x||||");
	shows("\033[3dx\033[5Gy\033[2`z", "||xz  y||");
	shows("abc\033[Ed\033[2Ee\033[Ff", "abc|d|f|e|");
	shows("\033[;5Hx\033[fy", "y   x||||");
}

TEST(vt, erasing_takes_what_it_says)
{
	shows("12345\033[3D\033[K", "12||||");
	shows("12345\033[3D\033[1K", "   45||||");
	shows("12345\033[2K", "||||");
	shows("a\r\nbbb\r\nc\033[2;2H\033[J", "a|b|||");
	shows("a\r\nbbb\r\nc\033[2;2H\033[1J", "|  b|c||");
	shows("a\r\nbbb\033[2Jx", "|   x|||");
	shows("12345\033[2G\033[2X", "1  45||||");
}

TEST(vt, cells_and_lines_are_inserted_and_deleted)
{
	shows("12345678\033[2G\033[2@", "1  23456||||");
	shows("12345678\033[2G\033[2P", "145678||||");
	shows("12345678\033[2G\033[99P", "1||||");
	shows("12345\033[2G\033[4hab\033[4lc", "1abc345||||");
	shows("1\r\n2\r\n3\r\n4\033[2;1H\033[L", "1||2|3|");
	shows("1\r\n2\r\n3\r\n4\033[2;1H\033[2M", "1|4|||");
	shows("1\r\n2\r\n3\r\n4\033[S\033[2T", "||2|3|");
}

TEST(vt, region_bounds_scrolling)
{
	shows("1\r\n2\r\n3\r\n4\033[2;3r\033[3;1H\nx", "1|3|x|4|");
	shows("1\r\n2\r\n3\r\n4\033[2;3r\033[2;1H\033Mx", "1|x|2|4|");
	shows("1\r\n2\r\n3\r\n4\033[2;3r\033[4;1H\nx", "1|2|3|x|");
	shows("1\r\n2\r\n3\r\n4\033[2;3r\033[2;1H\033[L", "1||2|4|");
	shows("1\r\n2\r\n3\r\n4\033[2;3r\033[4;1H\033[L", "1|2|3|4|");
	shows("\033[2;3r\033[?6h\033[9;1Hx\033[1;1Hy\033[?6l\033[1;1Hz", "z|y|x||");
	shows("1\r\n2\033[3;2rx", "1|2x|||"); /* not a region */
}

TEST(vt, tabs_stop_every_eight_or_where_set)
{
	struct term *term = term_new(20, 2);

	say(term, "\tx\ty\tz");
	EXPECT_STR(look(term), "        x       y  z||");
	say(term, "\033[2K\r\033[3g\033[4C\033H\r\tx\033[Zy");
	EXPECT_STR(look(term), "    y||");
	term_free(term);
	shows("\033[3G\033[Zx", "x||||");
	shows("\033[Ix\033[2Gy", " y     x||||");
}

TEST(vt, line_drawing_is_translated_in_its_set_only)
{
	shows("\033(0lqk\033(Blqk", "┌─┐lqk||||");
	shows("\033)0x\016x\017x", "x│x||||");
	shows("\033(A#", "£||||");
}

TEST(vt, utf8_is_decoded_and_wide_characters_take_two_cells)
{
	shows("\xc3\xa9\xe2\x82\xac", "é€||||");
	shows("a\xff"
	      "b",
	      "a�b||||");
	shows("\xe4\xb8\xad"
	      "x\033[2Gy",
	      " yx||||");
	shows("\xe4\xb8\xad"
	      "x\rz",
	      "z x||||");
	shows("1234567\xe4\xb8\xad", "1234567|中|||");
	shows("12345\xe4\xb8\xad\033[2G\033[2@", "1  2345||||");
	shows("e\xcc\x81x", "ex||||");
	shows("\xc2\x9b"
	      "3Cx",
	      "   x||||"); /* CSI as one character */
}

TEST(vt, alternate_screen_leaves_the_main_one)
{
	struct term *term = term_new(8, 2);

	say(term, "main\033[?1049hother");
	EXPECT_STR(look(term), "    othe|r|");
	EXPECT(term->vt.modes & VT_MODE_ALTERNATE);
	say(term, "\033[?1049l!");
	EXPECT_STR(look(term), "main!||");
	say(term, "\033[?47hx\033[?47ly");
	EXPECT_STR(look(term), "main! y||");
	term_free(term);
}

TEST(vt, looks_and_colours_are_kept_in_cells)
{
	struct term *term = term_new(20, 1);
	const struct vt_cell *row = vt_row(&term->vt, 0);

	say(term, "a\033[1;4;31;102mb\033[22;24;38;5;200mc\033[48;2;255;0;0md\033[39;49me\033[mf");
	EXPECT_EQ(row[0].flags, VT_DEFAULT_FG | VT_DEFAULT_BG);
	EXPECT_EQ(row[1].flags, VT_BOLD | VT_UNDERLINE);
	EXPECT_EQ(row[1].fg, 1);
	EXPECT_EQ(row[1].bg, 10);
	EXPECT_EQ(row[2].flags, 0);
	EXPECT_EQ(row[2].fg, 200);
	EXPECT_EQ(row[3].bg, 196);
	EXPECT_EQ(vt_colour(&term->vt, 196), 0xff0000);
	EXPECT_EQ(row[4].flags, VT_DEFAULT_FG | VT_DEFAULT_BG);
	EXPECT_EQ(row[5].flags, VT_DEFAULT_FG | VT_DEFAULT_BG);
	say(term, "\r\033[4:3;38:2::128:128:128mg\033[38;5mh\033[97mi");
	EXPECT_EQ(row[0].flags, VT_UNDERLINE | VT_DEFAULT_BG);
	EXPECT_EQ(vt_colour(&term->vt, row[0].fg), 0x808080);
	EXPECT_EQ(row[1].fg, row[0].fg);
	EXPECT_EQ(row[2].fg, 15);
	say(term, "\033[0;41m\033[2K");
	EXPECT_EQ(row[7].bg, 1); /* erased cells take the background */
	EXPECT_EQ(row[7].flags, VT_DEFAULT_FG);
	term_free(term);
}

TEST(vt, palette_is_set_and_reset)
{
	struct term *term = term_new(8, 1);

	say(term, "\033]P1102030x\033]Pzy");
	EXPECT_EQ(vt_colour(&term->vt, 1), 0x102030);
	EXPECT_STR(look(term), "xy|");
	say(term, "\033]R");
	EXPECT_EQ(vt_colour(&term->vt, 1), 0xaa0000);
	EXPECT_EQ(vt_colour(&term->vt, 255), 0xeeeeee);
	term_free(term);
}

TEST(vt, questions_are_answered)
{
	struct term *term = term_new(80, 24);

	say(term, "\033[5;10H\033[6n\033[5n\033[c\033[>c\033Z\033[18t\a");
	EXPECT_STR(term->answers, "\033[5;10R\033[0n\033[?6c\033[>0;0;0c\033[?6c\033[8;24;80t");
	EXPECT_EQ(term->bells, 1);
	term_free(term);
}

TEST(vt, modes_are_seen_from_outside)
{
	struct term *term = term_new(8, 1);

	say(term, "\033[?1;25;2004h\033=");
	EXPECT_EQ(term->vt.modes,
		  VT_MODE_APP_CURSOR | VT_MODE_CURSOR | VT_MODE_PASTE | VT_MODE_APP_KEYPAD | VT_MODE_WRAP);
	say(term, "\033[?1;25l\033>\033[?5h");
	EXPECT_EQ(term->vt.modes, VT_MODE_PASTE | VT_MODE_WRAP | VT_MODE_REVERSE);
	say(term, "\033[!p");
	EXPECT_EQ(term->vt.modes, VT_MODE_CURSOR | VT_MODE_WRAP | VT_MODE_REVERSE);
	term_free(term);
}

TEST(vt, sequences_unknown_and_broken_are_swallowed)
{
	shows("\033]0;title\aa\033]2;t\033\\b\033Pq#0\033\\c\033_x\033\\d", "abcd||||");
	shows("\033[>4;2ma\033[?12$pb\033[1 qc\033[<0;1;1Md", "abcd||||");
	shows("\033[1\030a\033[2\033[3Cb\033[1\nCc", "a   b|      c|||");
	shows("\033%Ga\033[99999999999Cb\033#9c", "a      b|c|||");
	shows("\033[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17Cx", "x||||");
	shows("ab\033[3b", "abbbb||||");
	shows("\033#8\033[2J\033cx", "x||||");
}

TEST(vt, changes_are_recorded_and_nothing_else)
{
	struct term *term = term_new(8, 4);
	struct vt_span span;

	vt_clean(&term->vt);
	say(term, "\033[2;3Hab\033[4;4H");
	for (unsigned int y = 0; y < 4; y++) {
		span = vt_dirty(&term->vt, y);
		EXPECT_EQ(span.from, y == 1 ? 2 : 0);
		EXPECT_EQ(span.to, y == 1 ? 4 : 0);
	}
	vt_clean(&term->vt);
	say(term, "\n");
	span = vt_dirty(&term->vt, 0);
	EXPECT_EQ(span.to, 8);
	term_free(term);
}

TEST(vt, history_is_looked_at_until_output_comes)
{
	struct term *term = term_new(4, 2);
	unsigned int x, y;

	term->history = malloc(4 * 3 * sizeof(struct vt_cell));
	vt_keep_history(&term->vt, term->history, 3);
	say(term, "1\r\n2\r\n3\r\n4\r\n5\r\n6");
	EXPECT_STR(look(term), "5|6|");
	vt_look_back(&term->vt, 1);
	EXPECT_STR(look(term), "4|5|");
	EXPECT(!vt_cursor(&term->vt, &x, &y));
	vt_look_back(&term->vt, 99);
	EXPECT_STR(look(term), "2|3|");
	vt_look_back(&term->vt, -1);
	EXPECT_STR(look(term), "3|4|");
	say(term, "7");
	EXPECT_STR(look(term), "5|67|");
	say(term, "\033[3J");
	vt_look_back(&term->vt, 1);
	EXPECT_STR(look(term), "||");
	term_free(term);
}

/* What must hold after any input at all. */
static void sound(struct term *term)
{
	const struct vt *vt = &term->vt;

	REQUIRE(vt->pen.x < vt->cols && vt->pen.y < vt->rows);
	REQUIRE(vt->top < vt->bottom && vt->bottom <= vt->rows);
	for (unsigned int y = 0; y < vt->rows; y++) {
		const struct vt_cell *row = vt_row(vt, y);
		struct vt_span span = vt_dirty(vt, y);

		REQUIRE(span.to <= vt->cols);
		for (unsigned int x = 0; x < vt->cols; x++) {
			REQUIRE(row[x].code <= 0x10ffff && (row[x].code >= 0x20 || !row[x].code));
			if (row[x].code == VT_TAIL)
				REQUIRE(x > 0 && utf8_width(row[x - 1].code) == 2);
			else if (utf8_width(row[x].code) == 2)
				REQUIRE(x + 1 < vt->cols && row[x + 1].code == VT_TAIL);
		}
	}
}

/* Random bytes that are often sequences. Returns how many. */
static size_t random_bytes(char *bytes)
{
	static const char finals[] = "@ABCDEFGHIJKLMPSTXZ`abcdefghlmnrstu";
	static const char escapes[] = "78DEHMZc=>]P_(0)B#8";
	uint64_t random = host_random();

	switch (random % 6) {
	case 0:
		bytes[0] = (char)(random >> 8);
		return 1;
	case 1:
		bytes[0] = 27;
		bytes[1] = escapes[(random >> 8) % (sizeof(escapes) - 1)];
		return 2;
	case 2:
		return utf8_encode(0x4e00 + (random >> 8) % 64, bytes);
	case 3:
		return (size_t)sprintf(bytes, "text%c", "\r\n\t\b\016\017\n"[(random >> 8) % 7]);
	case 4:
		return (size_t)sprintf(bytes, "\033[?%u%c",
				       (unsigned int[]){1, 5, 6, 7, 25, 47, 1047, 1048, 1049, 2004}[(random >> 8) % 10],
				       "hl"[(random >> 16) % 2]);
	default:
		return (size_t)sprintf(bytes, "\033[%u;%u%c", (unsigned int)(random >> 8) % 30,
				       (unsigned int)(random >> 16) % 30,
				       finals[(random >> 24) % (sizeof(finals) - 1)]);
	}
}

TEST(vt, any_bytes_leave_it_sound)
{
	static const unsigned int sizes[][2] = {{2, 1}, {3, 2}, {17, 9}, {80, 25}, {512, 256}};

	for (unsigned int i = 0; i < 5; i++) {
		struct term *term = term_new(sizes[i][0], sizes[i][1]);

		term->history = malloc(sizes[i][0] * 7 * sizeof(struct vt_cell));
		vt_keep_history(&term->vt, term->history, 7);
		for (unsigned int round = 0; round < (i < 4 ? 40000 : 2000); round++) {
			char bytes[32];

			vt_write(&term->vt, bytes, random_bytes(bytes));
			if (round % 64 == 0)
				vt_look_back(&term->vt, (int)(host_random() % 9) - 4);
			if (round % 64 < 4)
				sound(term);
			if (round % 256 == 0)
				vt_clean(&term->vt);
		}
		term_free(term);
	}
}

TEST(vt, is_found_again_if_it_is_whole)
{
	static const struct vt_ops ops = {answer, bell};
	struct term *term = term_new(10, 4);

	vt_write(&term->vt, "one\r\ntwo\033[", 10);
	EXPECT(vt_recall(&term->vt, 10, 4, term->cells, &ops, term));
	vt_write(&term->vt, "!", 1); /* the sequence is forgotten */
	EXPECT_EQ(vt_row(&term->vt, 0)[0].code, 'o');
	EXPECT_EQ(vt_row(&term->vt, 1)[3].code, '!');
	EXPECT(!vt_recall(&term->vt, 10, 5, term->cells, &ops, term));
	EXPECT(!vt_recall(&term->vt, 10, 4, term->cells + 1, &ops, term));
	term->vt.page->line[1] = term->vt.page->line[2];
	EXPECT(!vt_recall(&term->vt, 10, 4, term->cells, &ops, term));
	vt_init(&term->vt, 10, 4, term->cells, &ops, term);
	term->vt.pen.x = 10;
	EXPECT(!vt_recall(&term->vt, 10, 4, term->cells, &ops, term));
	vt_init(&term->vt, 10, 4, term->cells, &ops, term);
	term->vt.bottom = 5;
	EXPECT(!vt_recall(&term->vt, 10, 4, term->cells, &ops, term));
	term_free(term);
}
