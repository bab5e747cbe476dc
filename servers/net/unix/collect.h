/* SPDX-License-Identifier: 0BSD */
/* collect.h: sockets that nobody can reach any more, because they lie in each other's queues. */
#pragma once

#include "socket.h"

/* No client has `s`, but queues do, and it may be that it was the last way to them. Those of which that is true lose what
 * travels in their queues, and so end. */
void collect_from(struct socket *s);
