/* SPDX-License-Identifier: 0BSD */
/* kbd.h: scan codes of a PS/2 keyboard to the bytes that a program on a terminal reads.
 *
 * A key is named by its number in scan code set 1, plus 0x80 where an E0 goes before it; codes of
 * set 2 are first turned into those. A layout gives each key a value at four levels: plain, Shift,
 * AltGr, both. A value is a Unicode character or, from 0xe000 on (Unicode's private use), a key
 * with a name: modifiers, locks, keys that send a sequence.
 *
 * Sequences are xterm's (with modifiers: CSI 1 ; m X), Alt sends ESC before the character, Control
 * makes control characters, Backspace sends DEL. The keypad sends digits with Num Lock and moves
 * the cursor without. Shift with the page keys, and Control-Alt-Delete, are not bytes but wishes.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KBD_KEYS      256
#define KBD_LEVELS    4
#define KBD_BYTES_MAX 8

enum kbd_set { KBD_SET_1 = 1, KBD_SET_2 };

/* Keys with names. The order of modifiers, of the keypad and of what sends sequences matters. */
enum {
	KBD_NAMED = 0xe000,
	KBD_SHIFT_L = KBD_NAMED, /* modifier i is bit i of struct kbd.held */
	KBD_SHIFT_R,
	KBD_CTRL_L,
	KBD_CTRL_R,
	KBD_ALT,
	KBD_ALTGR,
	KBD_CAPS_LOCK, /* lock i is bit i of struct kbd.locks */
	KBD_NUM_LOCK,
	KBD_SCROLL_LOCK,
	KBD_KP_0, /* the keypad, each with its digit */
	KBD_KP_1,
	KBD_KP_2,
	KBD_KP_3,
	KBD_KP_4,
	KBD_KP_5,
	KBD_KP_6,
	KBD_KP_7,
	KBD_KP_8,
	KBD_KP_9,
	KBD_KP_DOT,
	KBD_UP, /* from here on: keys that send a sequence */
	KBD_DOWN,
	KBD_RIGHT,
	KBD_LEFT,
	KBD_BEGIN, /* the middle of the keypad */
	KBD_END,
	KBD_HOME,
	KBD_INSERT,
	KBD_DELETE,
	KBD_PAGE_UP,
	KBD_PAGE_DOWN,
	KBD_F1,
	KBD_F2,
	KBD_F3,
	KBD_F4,
	KBD_F5,
	KBD_F6,
	KBD_F7,
	KBD_F8,
	KBD_F9,
	KBD_F10,
	KBD_F11,
	KBD_F12,
	KBD_BACK_TAB,
	KBD_NAMED_END,
};

/* struct kbd.locks, which are the LEDs as the keyboard's command ED takes them but for the order.
 */
enum { KBD_CAPS = 1, KBD_NUM = 2, KBD_SCROLL = 4 };

struct kbd_map {
	const char *name;
	bool altgr;			    /* the right Alt key chooses levels 2 and 3; else it is another Alt */
	uint16_t key[KBD_KEYS][KBD_LEVELS]; /* 0: nothing */
};

extern const struct kbd_map kbd_us;

enum kbd_wish {
	KBD_NO_WISH,
	KBD_LOOK_BACK,	  /* Shift-PageUp: a page of history */
	KBD_LOOK_FORWARD, /* Shift-PageDown */
	KBD_RESTART,	  /* Control-Alt-Delete */
	KBD_LOCKS,	  /* a lock has changed: set the LEDs */
};

struct kbd_output {
	char bytes[KBD_BYTES_MAX];
	uint8_t length;
	enum kbd_wish wish;
};

struct kbd {
	uint8_t locks; /* for whoever looks */

	/* private */
	const struct kbd_map *map;
	enum kbd_set set;
	uint8_t held;	    /* modifiers */
	uint8_t locks_held; /* lock keys: a repeated code is not a press */
	uint8_t skip;	    /* codes of the Pause key still to come */
	bool extended;	    /* E0 came */
	bool released;	    /* F0 came (set 2) */
};

/* `map` is borrowed for as long as `kbd` is used. */
void kbd_init(struct kbd *kbd, const struct kbd_map *map, enum kbd_set set);

/*
 * Takes a code. Returns whether `out` has bytes or a wish. `app_cursor`: the terminal is in
 * application cursor mode.
 */
bool kbd_code(struct kbd *kbd, uint8_t code, bool app_cursor, struct kbd_output *out);

/* The argument of the keyboard's command ED (set LEDs) for the locks. */
uint8_t kbd_leds(const struct kbd *kbd);
