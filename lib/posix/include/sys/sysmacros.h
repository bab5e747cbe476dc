/* SPDX-License-Identifier: 0BSD */
/* sys/sysmacros.h: the two halves of a device's number. */
#ifndef PARLEY_SYS_SYSMACROS_H
#define PARLEY_SYS_SYSMACROS_H

#include <sys/types.h>

/* As on Linux: small numbers look as they did when a device was two bytes. */
#define major(dev) ((unsigned int)(((dev_t)(dev) >> 8 & 0xfff) | ((dev_t)(dev) >> 32 & 0xfffff000)))
#define minor(dev) ((unsigned int)(((dev_t)(dev)&0xff) | ((dev_t)(dev) >> 12 & 0xffffff00)))
#define makedev(high, low)                                                                                             \
	(((dev_t)(high)&0xfffff000) << 32 | ((dev_t)(high)&0xfff) << 8 | ((dev_t)(low)&0xffffff00) << 12 |             \
	 ((dev_t)(low)&0xff))
#define gnu_dev_major	major
#define gnu_dev_minor	minor
#define gnu_dev_makedev makedev

#endif
