/* SPDX-License-Identifier: 0BSD */
/* grp.h: newlib's, and reading from any file. */
#ifndef PARLEY_GRP_H
#define PARLEY_GRP_H

#include_next <grp.h>

#include <stdio.h>

__BEGIN_DECLS
struct group *fgetgrent(FILE *file);
int fgetgrent_r(FILE *file, struct group *entry, char *buffer, size_t size, struct group **result);
int getgrent_r(struct group *entry, char *buffer, size_t size, struct group **result);
int getgrouplist(const char *user, gid_t group, gid_t *groups, int *count);
int setgroups(int count, const gid_t *groups);
int initgroups(const char *user, gid_t group);
int putgrent(const struct group *entry, FILE *file);
__END_DECLS

#endif
