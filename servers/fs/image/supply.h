/* SPDX-License-Identifier: 0BSD */
/* supply.h: the boot image's memory: mapped here, and given out as it lies. */
#pragma once

#include "archive.h"

#include <abi/object.h>

/* Maps the Extents in the slots from SLOT_DEVICE_MIN on, and opens the archive that begins `offset` behind the first's start. 0 or
 * -errno. */
int supply_begin(unsigned extents, uint64_t offset, uint64_t bytes);

/* A memory object of a file's pages: all of them are in it. 0 or -errno. */
int supply_object(const struct image_entry *e, cap_t *object);
