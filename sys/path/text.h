/* SPDX-License-Identifier: 0BSD */
/* text.h: path text, component by component. */
#pragma once

#include <stdbool.h>

struct component {
	unsigned at;  /* where it begins in the text */
	unsigned len; /* 0: there is none any more */
	unsigned end; /* behind it and the slashes that follow */
};

/* The component at AT or behind; slashes before it are passed over. */
static inline struct component text_component(const char *text, unsigned len, unsigned at)
{
	struct component c;

	while (at < len && text[at] == '/')
		at++;
	c.at = at;
	while (at < len && text[at] != '/')
		at++;
	c.len = at - c.at;
	while (at < len && text[at] == '/')
		at++;
	c.end = at;
	return c;
}

static inline bool text_is_dot(const char *text, struct component c) { return c.len == 1 && text[c.at] == '.'; }

static inline bool text_is_dotdot(const char *text, struct component c)
{
	return c.len == 2 && text[c.at] == '.' && text[c.at + 1] == '.';
}
