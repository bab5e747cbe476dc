/* SPDX-License-Identifier: 0BSD */
/* child.h: programs that tests of processes start: this one, which with `--child WHAT` as its arguments does and says what
 * be_child (child.c) has for it, before main. */
#pragma once

#include <limits.h>
#include <spawn.h>
#include <sys/types.h>

#define SAID_BYTES 8192
#define ARGV(...)  ((char *[]){(char *)"test", (char *)"--child", __VA_ARGS__, NULL})

extern char program[PATH_MAX]; /* its own path; empty: not known */
extern char said[SAID_BYTES];  /* by the last one that was listened to */

/* Reads all that is said into the pipe IN, and waits for PID: its status. */
int listen_to(int in, pid_t pid);

/* Spawns this program (or PATH) with these arguments and listens to it. */
int spawn(const char *path, posix_spawn_file_actions_t *actions, posix_spawnattr_t *attr, char **argv);
