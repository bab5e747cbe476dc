/* SPDX-License-Identifier: 0BSD */
/* errno.h: the kernel's error numbers, expanded from errno.def. */
#ifndef ABI_ERRNO_H
#define ABI_ERRNO_H

enum {
#define ERROR(name, value, meaning) name = value,
#include <abi/errno.def>
#undef ERROR
};

#endif
