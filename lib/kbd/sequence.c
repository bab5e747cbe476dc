/* SPDX-License-Identifier: 0BSD */
/* sequence.c: the bytes that a key sends (xterm's ctlseqs: PC-style function keys). */
#include "kbd/internal.h"

#include "utf8/utf8.h"

/* By number, CSI n ~, or by letter, CSI x; the latter is SS3 x for those keys and modes that want.
 */
struct sequence {
	uint8_t number;
	char letter;
};

static const struct sequence sequences[KBD_NAMED_END - KBD_UP] = {
    [KBD_UP - KBD_UP] = {0, 'A'},    [KBD_DOWN - KBD_UP] = {0, 'B'},	[KBD_RIGHT - KBD_UP] = {0, 'C'},
    [KBD_LEFT - KBD_UP] = {0, 'D'},  [KBD_BEGIN - KBD_UP] = {0, 'E'},	[KBD_END - KBD_UP] = {0, 'F'},
    [KBD_HOME - KBD_UP] = {0, 'H'},  [KBD_INSERT - KBD_UP] = {2, 0},	[KBD_DELETE - KBD_UP] = {3, 0},
    [KBD_PAGE_UP - KBD_UP] = {5, 0}, [KBD_PAGE_DOWN - KBD_UP] = {6, 0}, [KBD_F1 - KBD_UP] = {0, 'P'},
    [KBD_F2 - KBD_UP] = {0, 'Q'},    [KBD_F3 - KBD_UP] = {0, 'R'},	[KBD_F4 - KBD_UP] = {0, 'S'},
    [KBD_F5 - KBD_UP] = {15, 0},     [KBD_F6 - KBD_UP] = {17, 0},	[KBD_F7 - KBD_UP] = {18, 0},
    [KBD_F8 - KBD_UP] = {19, 0},     [KBD_F9 - KBD_UP] = {20, 0},	[KBD_F10 - KBD_UP] = {21, 0},
    [KBD_F11 - KBD_UP] = {23, 0},    [KBD_F12 - KBD_UP] = {24, 0},	[KBD_BACK_TAB - KBD_UP] = {0, 'Z'},
};

static void put(struct kbd_output *out, char byte) { out->bytes[out->length++] = byte; }

static void put_number(struct kbd_output *out, unsigned int number)
{
	if (number >= 10)
		put(out, (char)('0' + number / 10));
	put(out, (char)('0' + number % 10));
}

/* What Control makes of a character; 0xffff: nothing. The digits are xterm's. */
static uint16_t control(uint16_t code)
{
	static const char digits[] = "\x00\x1b\x1c\x1d\x1e\x1f\x7f"; /* 2 to 8 */

	if ((code >= '@' && code <= '_') || (code >= 'a' && code <= 'z'))
		return code & 0x1f;
	if (code >= '2' && code <= '8')
		return (uint8_t)digits[code - '2'];
	switch (code) {
	case ' ':
	case '`':
		return 0;
	case '/':
		return 0x1f;
	case '?':
		return 0x7f;
	case 0x7f:
		return '\b';
	}
	return code;
}

void kbd_character(struct kbd_output *out, uint16_t code, unsigned int with)
{
	char bytes[UTF8_MAX];
	size_t length;

	if (with & WITH_CTRL)
		code = control(code);
	if (with & WITH_ALT)
		put(out, 27);
	length = utf8_encode(code, bytes);
	for (size_t i = 0; i < length; i++)
		put(out, bytes[i]);
}

void kbd_sequence(struct kbd_output *out, uint16_t key, unsigned int with, bool app_cursor)
{
	struct sequence sequence = sequences[key - KBD_UP];
	bool moves = key <= KBD_HOME;
	bool function = key >= KBD_F1 && key <= KBD_F4;

	if (key == KBD_BACK_TAB)
		with = 0; /* Shift made it */
	put(out, 27);
	put(out, sequence.letter && !with && (function || (moves && app_cursor)) ? 'O' : '[');
	if (sequence.number)
		put_number(out, sequence.number);
	else if (with)
		put(out, '1');
	if (with) {
		put(out, ';');
		put(out, (char)('1' + with));
	}
	put(out, sequence.number ? '~' : sequence.letter);
}
