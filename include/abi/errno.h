/* SPDX-License-Identifier: 0BSD */
/* errno.h: the kernel's error numbers, expanded from errno.def. */
#pragma once

enum {
#define ERROR(name, value, meaning) name = value,
#include <abi/errno.def>
#undef ERROR
};
