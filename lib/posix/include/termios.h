/* SPDX-License-Identifier: 0BSD */
/* termios.h: the settings of terminals. */
#ifndef PARLEY_TERMIOS_H
#define PARLEY_TERMIOS_H

#include <sys/termios.h>

#endif
