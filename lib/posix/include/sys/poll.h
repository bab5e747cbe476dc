/* SPDX-License-Identifier: 0BSD */
/* sys/poll.h: the old name of poll.h. */
#ifndef PARLEY_SYS_POLL_H
#define PARLEY_SYS_POLL_H

#include <poll.h>

#endif
