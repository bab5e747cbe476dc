/* SPDX-License-Identifier: 0BSD */
/* lock.h: record locks, for fcntl. */
#pragma once

#include <fcntl.h>

#include "posix/internal.h"

/* F_GETLK, F_SETLK, F_SETLKW and their F_OFD_ twins. 0, or -errno. */
int64_t posix_lock_control(int fd, int command, struct flock *lock);
