/* SPDX-License-Identifier: 0BSD */
/* pty.h: pseudo terminals in one call. */
#ifndef PARLEY_PTY_H
#define PARLEY_PTY_H

#include <sys/cdefs.h>
#include <sys/types.h>
#include <termios.h>

__BEGIN_DECLS
int openpty(int *controller, int *terminal, char *name, const struct termios *settings, const struct winsize *size);
pid_t forkpty(int *controller, char *name, const struct termios *settings, const struct winsize *size);
int login_tty(int fd);
__END_DECLS

#endif
