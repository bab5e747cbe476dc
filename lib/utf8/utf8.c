/* SPDX-License-Identifier: 0BSD */
/* utf8.c: decoding and encoding. The bounds of the second byte carry all that is special about it:
 * E0 and F0 exclude overlong forms, ED surrogates, F4 what is above U+10FFFF. */
#include "utf8/utf8.h"

/* The first byte of a character of several bytes. Returns whether it can be one. */
static bool start(struct utf8 *utf8, uint8_t byte)
{
	if (byte < 0xc2 || byte > 0xf4)
		return false;
	utf8->missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
	utf8->code = byte & (0x3f >> utf8->missing);
	utf8->low = byte == 0xe0 ? 0xa0 : byte == 0xf0 ? 0x90 : 0x80;
	utf8->high = byte == 0xed ? 0x9f : byte == 0xf4 ? 0x8f : 0xbf;
	return true;
}

unsigned int utf8_decode(struct utf8 *utf8, uint8_t byte, uint32_t out[2])
{
	unsigned int count = 0;

	if (utf8->missing && byte >= utf8->low && byte <= utf8->high) {
		utf8->code = utf8->code << 6 | (byte & 0x3f);
		utf8->low = 0x80;
		utf8->high = 0xbf;
		if (--utf8->missing == 0)
			out[count++] = utf8->code;
		return count;
	}
	if (utf8->missing)
		out[count++] = UTF8_BAD;
	utf8->missing = 0;
	if (byte < 0x80)
		out[count++] = byte;
	else if (!start(utf8, byte))
		out[count++] = UTF8_BAD;
	return count;
}

size_t utf8_encode(uint32_t code, char out[UTF8_MAX])
{
	size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;

	if (length == 1) {
		out[0] = (char)code;
		return 1;
	}
	for (size_t i = length - 1; i > 0; i--, code >>= 6)
		out[i] = (char)(0x80 | (code & 0x3f));
	out[0] = (char)(0xf00 >> length | code);
	return length;
}
