/* SPDX-License-Identifier: 0BSD */
/* console.c: the screen, drawn by lib/screen out of the cells of lib/vt, and the keyboard of the
 * i8042.
 *
 * Drawing is put off: what comes within DRAW_NS of the last drawing is drawn when that time is
 * over, together. So a program that writes a lot does not draw every line that scrolls by. */
#include "console.h"
#include "i8042.h"
#include "memory.h"

#include "kbd/kbd.h"
#include "screen/screen.h"
#include "vt/vt.h"

#include <parley/clock.h>
#include <parley/heap.h>
#include <parley/start.h>
#include <parley/syscall.h>

#define DRAW_NS	     (20 * OS_MS)
#define HISTORY_ROWS 500

extern const struct font console_font;

struct console {
	struct line line; /* first */
	struct vt *vt;	  /* it and its cells outlive the server; history does not */
	struct screen screen;
	struct kbd kbd;
	struct srv_timer timer;
	uint64_t drawn_ns;
	bool waits; /* for the timer, to draw */
	bool shared;
};

static struct console console;

/* ---- drawing ---- */

static void draw(struct console *c)
{
	screen_draw(&c->screen, c->vt);
	c->drawn_ns = os_now_ns();
	c->waits = false;
}

static void changed(struct console *c)
{
	if (c->waits)
		return;
	if (os_now_ns() - c->drawn_ns >= DRAW_NS) {
		draw(c);
		return;
	}
	c->waits = true;
	srv_timer_set(&c->timer, c->drawn_ns + DRAW_NS, 0);
}

static void handle_timer(struct srv_event *event, uint64_t bits)
{
	if (console.waits)
		draw(&console);
}

/* ---- the line ---- */

static unsigned console_room(struct line *line) { return TTY_CHUNK; }

static void console_send(struct line *line, const uint8_t *bytes, unsigned count)
{
	struct console *c = (struct console *)line;

	vt_write(c->vt, bytes, count);
	*line->taken += count;
	changed(c);
}

static bool console_idle(struct line *line) { return true; }

static const struct line_ops console_ops = {
    .room = console_room,
    .send = console_send,
    .idle = console_idle,
};

/* What the terminal says is input, as if typed; tty_update, which sent the question, goes on to see
 * to it. */
static void answer(void *cookie, const char *bytes, size_t length)
{
	struct console *c = cookie;

	if (!c->shared)
		ldisc_input(&c->line.tty->ld, bytes, length, os_now_ns());
}

/* ---- the keyboard ---- */

static void take_code(uint8_t code)
{
	struct console *c = &console;
	struct kbd_output out;

	if (!kbd_code(&c->kbd, code, c->vt->modes & VT_MODE_APP_CURSOR, &out))
		return;
	switch (out.wish) {
	case KBD_LOOK_BACK:
		vt_look_back(c->vt, c->vt->rows / 2);
		break;
	case KBD_LOOK_FORWARD:
		vt_look_back(c->vt, -(int)(c->vt->rows / 2));
		break;
	case KBD_LOCKS:
		i8042_leds(kbd_leds(&c->kbd));
		break;
	default:
		if (out.length)
			tty_input(c->line.tty, out.bytes, out.length);
		return;
	}
	changed(c);
}

/* ---- the beginning ---- */

/* VGA's own cursor would blink beside ours (CRTC register 0x0a, bit 5). */
static void hide_vga_cursor(cap_t ports)
{
	os_ioport_out(ports, 0x3d4, 1, 0x0a);
	os_ioport_out(ports, 0x3d5, 1, 0x20);
}

static int begin_display(struct console *c, const struct console_devices *devices)
{
	const struct boot_display *display = &os_boot->display;
	unsigned cols, rows;
	struct vt_cell *drawn;
	void *memory;

	if (!display->phys)
		return -ENODEV;
	screen_size(display, &console_font, &cols, &rows);
	if (!cols)
		return -ENODEV;
	memory = memory_map_device(devices->display, display->phys, (uint64_t)display->pitch_bytes * display->height);
	drawn = os_alloc((uint64_t)cols * rows * sizeof(*drawn));
	if (!memory || !drawn)
		return -ENODEV;
	screen_on_display(&c->screen, display, memory, &console_font, drawn);
	return 0;
}

static int begin_vga(struct console *c, const struct console_devices *devices)
{
	static struct vt_cell drawn[SCREEN_VGA_COLS * SCREEN_VGA_ROWS];
	void *memory;

	if (os_boot->display.phys)
		return -ENODEV; /* the adapter is not in text mode */
	memory = memory_map_device(devices->vga_memory, SCREEN_VGA_PHYS, SCREEN_VGA_BYTES);
	if (!memory)
		return -ENODEV;
	hide_vga_cursor(devices->vga_ports);
	screen_on_vga(&c->screen, memory, drawn);
	return 0;
}

static int begin_terminal(struct console *c)
{
	static const struct vt_ops ops = {.answer = answer};
	unsigned cols, rows;
	struct vt_cell *cells, *history;

	if (c->shared)
		screen_limit(&c->screen, CONSOLE_SHARED_COLS, CONSOLE_SHARED_ROWS);
	cols = c->screen.cols;
	rows = c->screen.rows;
	c->line.taken = srv_lasting(&tty_server, sizeof(*c->line.taken));
	c->vt = srv_lasting(&tty_server, sizeof(*c->vt));
	cells = srv_lasting(&tty_server, VT_CELLS((uint64_t)cols, rows) * sizeof(*cells));
	if (!c->line.taken || !c->vt || !cells)
		return -ENOMEM;
	if (!vt_recall(c->vt, cols, rows, cells, &ops, c))
		vt_init(c->vt, cols, rows, cells, &ops, c);
	history = os_alloc((uint64_t)cols * HISTORY_ROWS * sizeof(*history));
	if (history)
		vt_keep_history(c->vt, history, HISTORY_ROWS);
	return 0;
}

int console_begin(const struct console_devices *devices, struct tty *t, bool shared)
{
	struct console *c = &console;
	int status;

	c->line.ops = &console_ops;
	c->shared = shared;
	c->timer.event.handle = handle_timer;
	if (begin_display(c, devices) < 0 && begin_vga(c, devices) < 0)
		return -ENODEV;
	status = begin_terminal(c);
	if (status == 0)
		status = srv_timer_init(&tty_server, &c->timer, TTY_DRAW_PRIORITY);
	if (status < 0)
		return status;
	if (!t->size.ws_xpixel) /* else it is that of the server before this one */
		t->size = (struct proto_winsize){
		    .ws_row = c->vt->rows,
		    .ws_col = c->vt->cols,
		    .ws_xpixel = (uint16_t)(c->vt->cols * console_font.width),
		    .ws_ypixel = (uint16_t)(c->vt->rows * console_font.height),
		};
	tty_attach(t, &c->line);
	kbd_init(&c->kbd, &kbd_us, KBD_SET_1);
	i8042_begin(devices->keyboard_ports, devices->keyboard_irq, take_code);
	draw(c);
	return 0;
}
