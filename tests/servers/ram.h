/* SPDX-License-Identifier: 0BSD */
/* ram.h: the filesystem that can write, for the tests of what any such one must do. */
#pragma once

#include "client.h"
#include "world.h"

/* Starts it with `size` ("4m") for contents. False after a failed check. */
bool ram_start(const char *size);
/* Its root, open. */
cap_t ram_root(void);
