/* SPDX-License-Identifier: 0BSD */
/* regex.h: newlib's, which forgets the types it needs. */
#ifndef PARLEY_REGEX_H
#define PARLEY_REGEX_H

#include <sys/types.h>
#include_next <regex.h>

#endif
