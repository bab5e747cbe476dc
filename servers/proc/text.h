/* SPDX-License-Identifier: 0BSD */
/* text.h: the text of an open file: made once, when it is opened.
 *
 * It lies in a region of its own, of which only what is touched is there. What does not fit is cut
 * off after a whole call of text_print.
 */
#pragma once

#include <stdint.h>

#define TEXT_MAX (1u << 20)

struct text {
	uint64_t bytes;
	char data[];
};

/* NULL: no memory. */
struct text *text_new(void);
void text_free(struct text *text);

void text_print(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_add(struct text *text, const char *data, uint64_t bytes);
