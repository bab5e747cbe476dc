/* SPDX-License-Identifier: 0BSD */
/* arch.h: how tests look behind the shim. */
#pragma once

#include <stddef.h>

/* From now on console output goes to `buf`, zero-terminated; NULL: to standard output again. */
void shim_capture(char *buf, size_t len_bytes);
