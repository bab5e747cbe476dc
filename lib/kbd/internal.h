/* SPDX-License-Identifier: 0BSD */
/* internal.h: modifiers, and what the files of the keyboard ask of each other. */
#pragma once

#include "kbd/kbd.h"

/* Bits of what goes with a key, as xterm counts them in the parameter of a sequence, less one. */
enum { WITH_SHIFT = 1, WITH_ALT = 2, WITH_CTRL = 4 };

/* sequence.c: the bytes of a character or a named key from KBD_UP on. */
void kbd_character(struct kbd_output *out, uint16_t code, unsigned int with);
void kbd_sequence(struct kbd_output *out, uint16_t key, unsigned int with, bool app_cursor);
