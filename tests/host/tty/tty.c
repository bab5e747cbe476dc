/* SPDX-License-Identifier: 0BSD */
/* tty.c: the server's tty.c with the tests' time. */
#include "world.h"

#include <parley/clock.h>

#define os_now_ns() world_now_ns

#include "../../../servers/char/tty/tty.c"
