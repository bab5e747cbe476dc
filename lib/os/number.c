/* SPDX-License-Identifier: 0BSD */
/* number.c: numbers in arguments. */
#include <parley/number.h>

#include <stddef.h>

static unsigned digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	c |= 32;
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 99;
}

uint64_t os_number(const char *text, unsigned base, const char **end)
{
	static const char units[] = "kmg";
	uint64_t value = 0;

	for (; digit(*text) < base; text++)
		value = value * base + digit(*text);
	for (unsigned i = 0; units[i]; i++) {
		if ((*text | 32) == units[i]) {
			value <<= 10 * (i + 1);
			text++;
			break;
		}
	}
	if (end)
		*end = text;
	return value;
}
