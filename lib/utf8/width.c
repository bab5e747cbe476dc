/* SPDX-License-Identifier: 0BSD */
/* width.c: columns of a character, after the East Asian Width and General Category properties of
 * Unicode 15 (EastAsianWidth.txt W and F; Mn, Me, Cf), rounded to blocks. */
#include "utf8/utf8.h"

struct range {
	uint32_t first, last;
};

static const struct range invisible[] = {
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a},   {0x064b, 0x065f},	  {0x06d6, 0x06dc},
    {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200b, 0x200f}, {0x202a, 0x202e},   {0x2060, 0x2064},	  {0x20d0, 0x20ff},
    {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0x1d167, 0x1d169}, {0xe0000, 0xe007f}, {0xe0100, 0xe01ef},
};

static const struct range wide[] = {
    {0x1100, 0x115f},	{0x231a, 0x231b},   {0x2329, 0x232a},	{0x2e80, 0x303e},   {0x3041, 0x33ff},
    {0x3400, 0x4dbf},	{0x4e00, 0x9fff},   {0xa000, 0xa4cf},	{0xa960, 0xa97f},   {0xac00, 0xd7a3},
    {0xf900, 0xfaff},	{0xfe10, 0xfe19},   {0xfe30, 0xfe6f},	{0xff00, 0xff60},   {0xffe0, 0xffe6},
    {0x16fe0, 0x18cff}, {0x1b000, 0x1b2ff}, {0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1faff},
    {0x20000, 0x3fffd},
};

static bool among(uint32_t code, const struct range *ranges, size_t count)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (code > ranges[middle].last)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && code >= ranges[low].first;
}

unsigned int utf8_width(uint32_t code)
{
	if (code < 0x300)
		return 1;
	if (among(code, invisible, sizeof(invisible) / sizeof(invisible[0])))
		return 0;
	return among(code, wide, sizeof(wide) / sizeof(wide[0])) ? 2 : 1;
}
