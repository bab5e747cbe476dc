/* SPDX-License-Identifier: 0BSD */
/* ldisc_line.h: the line discipline under test, with somebody who types, a line that shows, and a program that reads. */
#pragma once

#include "ldisc/ldisc.h"

extern struct ldisc ld;

/* A new one, in canonical mode but for these flags; in raw mode. */
void begin(uint32_t lflag_off, uint32_t lflag_on);
void begin_raw(unsigned int min, unsigned int time);
void input_flags(uint32_t off, uint32_t on);
void output_flags(uint32_t on);

void type(const char *text);
/* Everything that was sent to the line since the last time. */
const char *line_shows(void);
/* One read that does not wait; "(wait)" when it would, "" at an end of file. */
const char *got(size_t size);
