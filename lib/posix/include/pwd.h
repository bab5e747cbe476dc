/* SPDX-License-Identifier: 0BSD */
/* pwd.h: newlib's, and reading from any file. */
#ifndef PARLEY_PWD_H
#define PARLEY_PWD_H

#include_next <pwd.h>

#include <stdio.h>

__BEGIN_DECLS
struct passwd *fgetpwent(FILE *file);
int fgetpwent_r(FILE *file, struct passwd *entry, char *buffer, size_t size, struct passwd **result);
int getpwent_r(struct passwd *entry, char *buffer, size_t size, struct passwd **result);
int putpwent(const struct passwd *entry, FILE *file);
__END_DECLS

#endif
