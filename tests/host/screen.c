/* SPDX-License-Identifier: 0BSD */
/* screen.c: tests of lib/screen: pixels and VGA cells, and that drawing only what changed ends at
 * the same picture as drawing everything. */
#include "screen/screen.h"

#include "host/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Two glyphs of 3 by 2 pixels: an empty one for the blank, and #.# over .#. for all else. */
static const uint8_t glyphs[] = {0x00, 0x00, 0xa0, 0x40};
static const struct font_entry codes[] = {{' ', 0}, {'x', 1}};
static const struct font font = {3, 2, 2, 1, glyphs, codes};

struct picture {
	struct boot_display display;
	uint8_t *memory;
	struct screen screen;
	struct vt_cell *drawn;
};

static struct vt vt;
static struct vt_cell *cells;

static void answer(void *cookie, const char *bytes, size_t length) {}

static void vt_begin(unsigned int cols, unsigned int rows)
{
	static const struct vt_ops ops = {answer, NULL};

	cells = malloc(VT_CELLS(cols, rows) * sizeof(*cells));
	vt_init(&vt, cols, rows, cells, &ops, NULL);
}

static void say(const char *text) { vt_write(&vt, text, strlen(text)); }

/* A framebuffer of 4 by 2 cells with a border, in pixels of `bits`. */
static void picture_begin(struct picture *picture, uint8_t bits)
{
	bool deep = bits >= 24;

	picture->display = (struct boot_display){
	    .width = 13,
	    .height = 5,
	    .pitch_bytes = 60,
	    .bits_per_pixel = bits,
	    .red_shift = deep ? 16 : 11,
	    .red_bits = deep ? 8 : 5,
	    .green_shift = deep ? 8 : 5,
	    .green_bits = deep ? 8 : 6,
	    .blue_bits = deep ? 8 : 5,
	};
	/* no byte beyond the last row's pixels */
	picture->memory = malloc(60 * 4 + 13u * ((bits + 7u) / 8));
	memset(picture->memory, 0xee, 60 * 4 + 13u * ((bits + 7u) / 8));
	picture->drawn = malloc(4 * 2 * sizeof(struct vt_cell));
	screen_on_display(&picture->screen, &picture->display, picture->memory, &font, picture->drawn);
}

static void picture_end(struct picture *picture)
{
	free(picture->memory);
	free(picture->drawn);
}

static uint32_t pixel(const struct picture *picture, unsigned int x, unsigned int y)
{
	unsigned int bytes = (picture->display.bits_per_pixel + 7u) / 8;
	uint32_t value = 0;

	memcpy(&value, picture->memory + y * 60 + x * bytes, bytes);
	return value;
}

static void pixels_are(uint8_t bits, uint32_t text, uint32_t behind)
{
	struct picture picture;

	vt_begin(4, 2);
	picture_begin(&picture, bits);
	EXPECT_EQ(picture.screen.cols, 4);
	EXPECT_EQ(picture.screen.rows, 2);
	say("\033[?25l\033[1;31;44m\033[2;2Hx");
	screen_draw(&picture.screen, &vt);
	EXPECT_EQ(pixel(&picture, 3, 2), text);
	EXPECT_EQ(pixel(&picture, 4, 2), behind);
	EXPECT_EQ(pixel(&picture, 5, 2), text);
	EXPECT_EQ(pixel(&picture, 3, 3), behind);
	EXPECT_EQ(pixel(&picture, 4, 3), text);
	EXPECT_EQ(pixel(&picture, 0, 0), 0);
	EXPECT_EQ(pixel(&picture, 12, 4), 0); /* the border was cleared */
	picture_end(&picture);
	free(cells);
}

TEST(screen, pixels_have_the_form_of_the_display)
{
	pixels_are(32, 0xff5555, 0x0000aa);
	pixels_are(24, 0xff5555, 0x0000aa);
	pixels_are(16, 0x1f << 11 | 0x15 << 5 | 0xa, 0x15);
}

TEST(screen, cursor_and_lines_are_drawn)
{
	struct picture picture;

	vt_begin(4, 2);
	picture_begin(&picture, 32);
	say("x\033[4mx");
	screen_draw(&picture.screen, &vt);
	EXPECT_EQ(pixel(&picture, 0, 1), 0);
	EXPECT_EQ(pixel(&picture, 3, 1), 0xaaaaaa); /* underlined */
	EXPECT_EQ(pixel(&picture, 6, 0), 0xaaaaaa); /* cursor */
	say("\r");
	screen_draw(&picture.screen, &vt);
	EXPECT_EQ(pixel(&picture, 6, 0), 0);
	EXPECT_EQ(pixel(&picture, 0, 0), 0);
	EXPECT_EQ(pixel(&picture, 1, 0), 0xaaaaaa);
	say("\033[?5h\033[?25l");
	screen_draw(&picture.screen, &vt);
	EXPECT_EQ(pixel(&picture, 11, 3), 0xaaaaaa);
	say("\033[?5l\033]P7123456");
	screen_draw(&picture.screen, &vt);
	EXPECT_EQ(pixel(&picture, 0, 0), 0x123456);
	picture_end(&picture);
	free(cells);
}

TEST(screen, only_what_changed_is_drawn)
{
	struct picture picture;

	vt_begin(4, 2);
	picture_begin(&picture, 32);
	screen_draw(&picture.screen, &vt);
	memset(picture.memory, 0xee, 60 * 4);
	say("\033[2;2Hx\033[?25l");
	screen_draw(&picture.screen, &vt);
	EXPECT_EQ(pixel(&picture, 3, 2), 0xaaaaaa);
	EXPECT_EQ(pixel(&picture, 0, 0), 0x000000); /* the cursor was here */
	EXPECT_EQ(pixel(&picture, 3, 0), 0xeeeeeeee);
	EXPECT_EQ(pixel(&picture, 6, 2), 0xeeeeeeee);
	picture_end(&picture);
	free(cells);
}

TEST(screen, displays_that_do_not_fit_are_refused)
{
	struct boot_display display = {.width = 13, .height = 5, .bits_per_pixel = 8};
	unsigned int cols, rows;

	screen_size(&display, &font, &cols, &rows);
	EXPECT_EQ(cols + rows, 0);
	display = (struct boot_display){.width = 60000, .height = 60000, .bits_per_pixel = 32};
	screen_size(&display, &font, &cols, &rows);
	EXPECT_EQ(cols, VT_COLS_MAX);
	EXPECT_EQ(rows, VT_ROWS_MAX);
	display.height = 1;
	screen_size(&display, &font, &cols, &rows);
	EXPECT_EQ(cols + rows, 0);
}

TEST(screen, vga_shows_code_page_437)
{
	struct vt_cell drawn[SCREEN_VGA_COLS * SCREEN_VGA_ROWS];
	uint16_t memory[SCREEN_VGA_COLS * SCREEN_VGA_ROWS];
	struct screen screen;

	vt_begin(SCREEN_VGA_COLS, SCREEN_VGA_ROWS);
	screen_on_vga(&screen, memory, drawn);
	say("A\033[31mB\033[1;34;47mC\033[0m\xc3\xa9\xe2\x94\x80\xe4\xb8\xad\033[38;5;196mr");
	say("\033[2;5H");
	screen_draw(&screen, &vt);
	EXPECT_EQ(memory[0], 0x0700 | 'A');
	EXPECT_EQ(memory[1], 0x0400 | 'B');
	EXPECT_EQ(memory[2], 0x7900 | 'C');
	EXPECT_EQ(memory[3], 0x0782);
	EXPECT_EQ(memory[4], 0x07c4);
	EXPECT_EQ(memory[5], 0x0700 | '?');
	EXPECT_EQ(memory[6], 0x0700 | ' ');
	EXPECT_EQ(memory[7], 0x0c00 | 'r');
	EXPECT_EQ(memory[84], 0x7000 | ' '); /* cursor */
	EXPECT_EQ(memory[1999], 0x0720);
	EXPECT_EQ(screen_cp437(0x7f), '?');
	EXPECT_EQ(screen_cp437(0x10ffff), '?');
	free(cells);
}

/* Something that changes the screen here and there. */
static void scribble(void)
{
	char bytes[64];
	uint64_t random = host_random();

	snprintf(bytes, sizeof(bytes), "\033[%u;%uH\033[%um%.*s\033[%u%c", (unsigned int)random % 4,
		 (unsigned int)(random >> 8) % 6, (unsigned int)(random >> 16) % 50, (int)(random >> 24) % 9,
		 "x y\nxz\ty", (unsigned int)(random >> 32) % 4, "ABCDJKLMPSTX@"[(random >> 40) % 13]);
	say(bytes);
	if (random >> 50 == 1)
		say("\033]P7123456");
	if (random >> 50 == 2)
		say("\033[?5h");
	if (random >> 50 == 3)
		say("\033[?1049h");
	if (random >> 50 == 4)
		say("\033c");
}

TEST(screen, drawing_changes_ends_where_drawing_all_does)
{
	struct picture step, whole;

	vt_begin(4, 2);
	picture_begin(&step, 32);
	for (unsigned int round = 0; round < 20000; round++) {
		scribble();
		screen_draw(&step.screen, &vt);
		picture_begin(&whole, 32);
		vt_touch(&vt);
		screen_draw(&whole.screen, &vt);
		for (unsigned int y = 0; y < 5; y++)
			REQUIRE(memcmp(step.memory + y * 60, whole.memory + y * 60, 13 * 4) == 0);
		picture_end(&whole);
	}
	picture_end(&step);
	free(cells);
}
