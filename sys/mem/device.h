/* SPDX-License-Identifier: 0BSD */
/* device.h: memory that is no RAM, for drivers. */
#ifndef SYS_MEM_DEVICE_H
#define SYS_MEM_DEVICE_H

#include "main/sys.h"

/* An Extent of the 2^size_log2 bytes at PHYS, in a slot of sys' own. EINVAL: not aligned; ENXIO: no such device memory. */
int device_extent(uint64_t phys, unsigned size_log2, cap_t *slot);

#endif
