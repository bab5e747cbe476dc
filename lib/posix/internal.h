/* SPDX-License-Identifier: 0BSD */
/* internal.h: what all parts of the library share. */
#pragma once

#include <stdbool.h>

#include "posix/send.h"
#include "posix/thread.h"
