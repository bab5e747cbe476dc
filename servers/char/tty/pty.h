/* SPDX-License-Identifier: 0BSD */
/* pty.h: pseudo terminals: /dev/ptmx makes one, its other end is /dev/pts/N.
 *
 * What programs write to the terminal stays staged in its line discipline until the master reads
 * it; what the master writes is input. When the master is closed the terminal is hung up; when the
 * last program has closed the terminal, the master reads EIO behind what is left. A number is used
 * again when nobody has either end open.
 */
#pragma once

#include "tty.h"

#define PTY_MAX 64

extern struct srv_node pty_multiplexer, pty_directory;

/* `recalled`: with the pseudo terminals of the server before this one. 0, -ENOMEM. */
int pty_begin(bool recalled);
/* The multiplexer, the directory, a master: by its inode; NULL: none of them. */
struct srv_node *pty_node(uint64_t inode);
/* The terminal has changed: does for the master what tty_update does for it. */
void pty_update(struct tty *t);
/* A pseudo terminal that cannot be opened yet (unlockpt). */
bool pty_is_locked(const struct tty *t);
