/* SPDX-License-Identifier: 0BSD */
/* job.c: the server's job.c, whose messages to `sys` go to the world of the tests. */
#include "world.h"

#include <parley/message.h>

#define os_send_words(to, words)		     world_send(to, words, NULL)
#define os_send(to, words, desc, deadline_ns, flags) world_send(to, words, desc)

#include "../../../servers/char/tty/job.c"
