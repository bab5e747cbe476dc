/* SPDX-License-Identifier: 0BSD */
/* sys/sysmacros.h: the two halves of a device's number. */
#ifndef PARLEY_SYS_SYSMACROS_H
#define PARLEY_SYS_SYSMACROS_H

#include <sys/types.h>

#define major(dev)	    ((unsigned int)((dev) >> 32))
#define minor(dev)	    ((unsigned int)(dev))
#define makedev(high, low) ((dev_t)(high) << 32 | (unsigned int)(low))
#define gnu_dev_major	    major
#define gnu_dev_minor	    minor
#define gnu_dev_makedev	    makedev

#endif
