/* SPDX-License-Identifier: 0BSD */
/* spawn.h: newlib's, and what POSIX has got since. */
#ifndef PARLEY_SPAWN_H
#define PARLEY_SPAWN_H

#include_next <spawn.h>

#define POSIX_SPAWN_SETSID 0x40

__BEGIN_DECLS
int posix_spawn_file_actions_addchdir(posix_spawn_file_actions_t *__restrict actions, const char *__restrict path);
int posix_spawn_file_actions_addfchdir(posix_spawn_file_actions_t *actions, int fd);
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int first);
__END_DECLS

#endif
