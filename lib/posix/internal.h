/* SPDX-License-Identifier: 0BSD */
/* internal.h: what all parts of the library share. */
#ifndef POSIX_INTERNAL_H
#define POSIX_INTERNAL_H

#include <stdbool.h>

#include "posix/send.h"
#include "posix/thread.h"

#endif
