/* SPDX-License-Identifier: 0BSD */
/* kbd.c: which key it is, what is held besides, and what it then stands for.
 *
 * Pause sends E1 and two codes (set 1) or seven more (set 2), and is ignored. E0 2A and E0 36 are
 * shifts that some keyboards pretend around the grey keys, and are ignored too. Codes 00 and FF say
 * that the keyboard lost codes: everything counts as released then, or a modifier would stick. */
#include "kbd/internal.h"

/* Set 2 to set 1, as the i8042 controller translates. */
static const uint8_t to_set_1[0x85] = {
    0x00, 0x43, 0x41, 0x3f, 0x3d, 0x3b, 0x3c, 0x58, 0x64, 0x44, 0x42, 0x40, 0x3e, 0x0f, 0x29, 0x59, 0x65, 0x38, 0x2a,
    0x70, 0x1d, 0x10, 0x02, 0x5a, 0x66, 0x71, 0x2c, 0x1f, 0x1e, 0x11, 0x03, 0x5b, 0x67, 0x2e, 0x2d, 0x20, 0x12, 0x05,
    0x04, 0x5c, 0x68, 0x39, 0x2f, 0x21, 0x14, 0x13, 0x06, 0x5d, 0x69, 0x31, 0x30, 0x23, 0x22, 0x15, 0x07, 0x5e, 0x6a,
    0x72, 0x32, 0x24, 0x16, 0x08, 0x09, 0x5f, 0x6b, 0x33, 0x25, 0x17, 0x18, 0x0b, 0x0a, 0x60, 0x6c, 0x34, 0x35, 0x26,
    0x27, 0x19, 0x0c, 0x61, 0x6d, 0x73, 0x28, 0x74, 0x1a, 0x0d, 0x62, 0x6e, 0x3a, 0x36, 0x1c, 0x1b, 0x75, 0x2b, 0x63,
    0x76, 0x55, 0x56, 0x77, 0x78, 0x79, 0x7a, 0x0e, 0x7b, 0x7c, 0x4f, 0x7d, 0x4b, 0x47, 0x7e, 0x7f, 0x6f, 0x52, 0x53,
    0x50, 0x4c, 0x4d, 0x48, 0x01, 0x45, 0x57, 0x4e, 0x51, 0x4a, 0x37, 0x49, 0x46, 0x54, 0x00, 0x00, 0x00, 0x41, 0x54,
};

enum { EXTENDED = 0xe0, PAUSE = 0xe1, RELEASE = 0xf0 };

void kbd_init(struct kbd *kbd, const struct kbd_map *map, enum kbd_set set)
{
	*kbd = (struct kbd){.map = map, .set = set};
}

uint8_t kbd_leds(const struct kbd *kbd)
{
	return (uint8_t)((kbd->locks & KBD_SCROLL ? 1 : 0) | (kbd->locks & KBD_NUM ? 2 : 0) |
			 (kbd->locks & KBD_CAPS ? 4 : 0));
}

static bool holds(const struct kbd *kbd, unsigned int first, unsigned int second)
{
	return kbd->held & (1u << (first - KBD_NAMED) | 1u << (second - KBD_NAMED));
}

static unsigned int held_with(const struct kbd *kbd)
{
	bool altgr_alone = kbd->map->altgr;

	return (holds(kbd, KBD_SHIFT_L, KBD_SHIFT_R) ? WITH_SHIFT : 0) |
	       (holds(kbd, KBD_CTRL_L, KBD_CTRL_R) ? WITH_CTRL : 0) |
	       (holds(kbd, KBD_ALT, altgr_alone ? KBD_ALT : KBD_ALTGR) ? WITH_ALT : 0);
}

static void hold(struct kbd *kbd, uint16_t value, bool down)
{
	uint8_t bit = (uint8_t)(1u << (value - KBD_NAMED));

	kbd->held = down ? kbd->held | bit : kbd->held & (uint8_t)~bit;
}

static void lock(struct kbd *kbd, uint16_t value, bool down, struct kbd_output *out)
{
	uint8_t bit = (uint8_t)(1u << (value - KBD_CAPS_LOCK));

	if (down && !(kbd->locks_held & bit)) {
		kbd->locks ^= bit;
		out->wish = KBD_LOCKS;
	}
	kbd->locks_held = down ? kbd->locks_held | bit : kbd->locks_held & (uint8_t)~bit;
}

/* What the layout says of `key`. Caps Lock turns Shift round for letters. */
static uint16_t look_up(const struct kbd *kbd, uint8_t key, unsigned int with)
{
	const uint16_t *levels = kbd->map->key[key];
	unsigned int level = with & WITH_SHIFT;

	if (kbd->map->altgr && holds(kbd, KBD_ALTGR, KBD_ALTGR))
		level |= 2;
	/* capital letters of ASCII and Latin-1 are 32 before the small ones */
	if (kbd->locks & KBD_CAPS && levels[level & 2u] == levels[level | 1u] + 0x20)
		level ^= 1;
	return levels[level] ? levels[level] : levels[level & 1u];
}

static void keypad(const struct kbd *kbd, uint16_t value, unsigned int with, bool app_cursor, struct kbd_output *out)
{
	static const uint16_t moves[] = {KBD_INSERT, KBD_END,  KBD_DOWN, KBD_PAGE_DOWN, KBD_LEFT,  KBD_BEGIN,
					 KBD_RIGHT,  KBD_HOME, KBD_UP,	 KBD_PAGE_UP,	KBD_DELETE};

	if (!(kbd->locks & KBD_NUM) == !(with & WITH_SHIFT))
		kbd_sequence(out, moves[value - KBD_KP_0], with & ~(unsigned int)WITH_SHIFT, app_cursor);
	else
		kbd_character(out, value == KBD_KP_DOT ? '.' : (uint16_t)('0' + value - KBD_KP_0), with);
}

/* Combinations that are not for the program. */
static enum kbd_wish wish(uint16_t value, unsigned int with)
{
	if (value == KBD_PAGE_UP && with == WITH_SHIFT)
		return KBD_LOOK_BACK;
	if (value == KBD_PAGE_DOWN && with == WITH_SHIFT)
		return KBD_LOOK_FORWARD;
	if ((value == KBD_DELETE || value == KBD_KP_DOT) && with == (WITH_CTRL | WITH_ALT))
		return KBD_RESTART;
	return KBD_NO_WISH;
}

static void press(struct kbd *kbd, uint8_t key, bool app_cursor, struct kbd_output *out)
{
	unsigned int with = held_with(kbd);
	uint16_t value = look_up(kbd, key, with);

	out->wish = wish(value, with);
	if (out->wish || !value)
		return;
	if (value < KBD_NAMED || value >= KBD_NAMED_END)
		kbd_character(out, value, with);
	else if (value >= KBD_UP)
		kbd_sequence(out, value, with, app_cursor);
	else
		keypad(kbd, value, with, app_cursor, out);
}

static void key_event(struct kbd *kbd, uint8_t key, bool down, bool app_cursor, struct kbd_output *out)
{
	uint16_t value = kbd->map->key[key][0];

	if (value >= KBD_NAMED && value <= KBD_ALTGR)
		hold(kbd, value, down);
	else if (value >= KBD_CAPS_LOCK && value <= KBD_SCROLL_LOCK)
		lock(kbd, value, down, out);
	else if (down)
		press(kbd, key, app_cursor, out);
}

/* Prefixes, and codes that are no key. Returns whether `code` was one. */
static bool prefix(struct kbd *kbd, uint8_t code)
{
	if (kbd->skip) {
		kbd->skip--;
	} else if (code == EXTENDED) {
		kbd->extended = true;
	} else if (code == PAUSE) {
		kbd->skip = kbd->set == KBD_SET_1 ? 2 : 7;
	} else if (code == RELEASE && kbd->set == KBD_SET_2) {
		kbd->released = true;
	} else if (code == 0 || code == 0xff) {
		kbd->held = 0;
		kbd->locks_held = 0;
		kbd->extended = false;
		kbd->released = false;
	} else {
		return false;
	}
	return true;
}

bool kbd_code(struct kbd *kbd, uint8_t code, bool app_cursor, struct kbd_output *out)
{
	bool extended = kbd->extended, down = !kbd->released;

	*out = (struct kbd_output){.length = 0};
	if (prefix(kbd, code))
		return false;
	kbd->extended = false;
	kbd->released = false;
	if (kbd->set == KBD_SET_1) {
		down = !(code & 0x80);
		code &= 0x7f;
	} else {
		code = code < sizeof(to_set_1) ? to_set_1[code] : 0;
	}
	if (extended && (code == 0x2a || code == 0x36))
		return false;
	key_event(kbd, (uint8_t)(code | (extended ? 0x80 : 0)), down, app_cursor, out);
	return out->length || out->wish;
}
