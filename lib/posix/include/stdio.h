/* SPDX-License-Identifier: 0BSD */
/* stdio.h: newlib's, and the streams over processes and lines. */
#ifndef PARLEY_STDIO_H
#define PARLEY_STDIO_H

#include_next <stdio.h>

#if __POSIX_VISIBLE >= 200809
__BEGIN_DECLS
ssize_t getdelim(char **__restrict line, size_t *__restrict size, int end, FILE *__restrict stream);
ssize_t getline(char **__restrict line, size_t *__restrict size, FILE *__restrict stream);
__END_DECLS
#endif

#endif
