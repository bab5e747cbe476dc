/* SPDX-License-Identifier: 0BSD */
/* options.c: reads a command line where it stands. */
#include "lib/options.h"

#include <stddef.h>

/* What follows `prefix` at the start of `text`, or NULL. */
static const char *after(const char *text, const char *prefix)
{
	while (*prefix) {
		if (*text++ != *prefix++)
			return NULL;
	}
	return text;
}

static bool ends_word(char c) { return c == '\0' || c == ' '; }

const char *option_find(const char *line, const char *name)
{
	while (*line) {
		const char *value = after(line, name);

		if (value && *value == '=')
			return value + 1;
		while (!ends_word(*line))
			line++;
		while (*line == ' ')
			line++;
	}
	return NULL;
}

/* Whether `at` is the start of an item that is `whole`, or of one that `whole` begins with. */
static bool item_is(const char *at, const char *whole, bool prefix)
{
	while (*whole && *at == *whole) {
		at++;
		whole++;
	}
	return (*at == ',' || ends_word(*at)) && (prefix || *whole == '\0');
}

static bool find_item(const char *line, const char *name, const char *whole, bool prefix)
{
	const char *at = option_find(line, name);

	while (at && !ends_word(*at)) {
		if (item_is(at, whole, prefix))
			return true;
		while (*at != ',' && !ends_word(*at))
			at++;
		if (*at == ',')
			at++;
	}
	return false;
}

bool option_lists(const char *line, const char *name, const char *item) { return find_item(line, name, item, false); }

bool option_lists_prefix(const char *line, const char *name, const char *text)
{
	return find_item(line, name, text, true);
}

uint64_t option_number(const char *line, const char *name, uint64_t otherwise)
{
	const char *at = option_find(line, name);
	uint64_t number = 0;

	if (!at)
		return otherwise;
	for (; *at >= '0' && *at <= '9'; at++)
		number = number * 10 + (uint64_t)(*at - '0');
	return number;
}
