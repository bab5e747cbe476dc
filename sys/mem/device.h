/* SPDX-License-Identifier: 0BSD */
/* device.h: memory that is no RAM, for drivers. */
#pragma once

#include "main/sys.h"

/* The smallest Extent that covers BYTES at PHYS, in a slot of sys' own; where in it PHYS is. ENXIO: no such device
 * memory. */
int device_extent(uint64_t phys, uint64_t bytes, cap_t *slot, uint64_t *offset);
