/* SPDX-License-Identifier: 0BSD */
/* sys/vfs.h: Linux's other name of statfs.h. */
#ifndef PARLEY_SYS_VFS_H
#define PARLEY_SYS_VFS_H

#include <sys/statfs.h>

#endif
