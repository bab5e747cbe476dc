/* SPDX-License-Identifier: 0BSD */
/* options.h: `name=value` words on a command line.
 *
 * Words are separated by spaces; a value may be a list, separated by commas. Nothing is copied.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* The value behind `name=`, up to a space or the end of `line`; NULL when it is not there. */
const char *option_find(const char *line, const char *name);

/* Whether `item` is in the list that is the value of `name`. */
bool option_lists(const char *line, const char *name, const char *item);

/* Whether `text` begins with an item of that list. */
bool option_lists_prefix(const char *line, const char *name, const char *text);

/* The value of `name` as a decimal number, or `otherwise` when it is not there. */
uint64_t option_number(const char *line, const char *name, uint64_t otherwise);
