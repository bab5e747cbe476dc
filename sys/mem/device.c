/* SPDX-License-Identifier: 0BSD */
/* device.c: device memory by physical address.
 *
 * Each device Untyped of the boot page becomes, when something in it is first asked for, one Extent; what is handed out
 * are slices. So the same registers can be given again after their driver has ended.
 */
#include "mem/device.h"

#include "lib/bits.h"
#include "mem/slot.h"

#include <abi/boot.h>
#include <parley/start.h>
#include <parley/syscall.h>
#include <proto/posix.h>

static cap_t extents[BOOT_UNTYPED_MAX];

static int device_find(uint64_t phys, uint64_t bytes)
{
	for (uint32_t i = 0; i < os_boot->untyped_count; i++) {
		const struct boot_untyped *u = &os_boot->untyped[i];

		if (u->device && phys >= u->phys && phys - u->phys < 1ull << u->size_log2 &&
		    bytes <= (1ull << u->size_log2) - (phys - u->phys))
			return (int)i;
	}
	return -ENXIO;
}

static int whole(int i)
{
	cap_t slot;
	int64_t r;

	if (extents[i])
		return 0;
	r = slot_take(&slot);
	if (r < 0)
		return (int)r;
	r = os_untyped_retype(BOOT_SLOT_FIRST_UNTYPED + (cap_t)i, OBJ_EXTENT, os_boot->untyped[i].size_log2, 1,
			      CAP_SELF_CSPACE, slot);
	if (r < 0) {
		slot_give(slot);
		return (int)r;
	}
	extents[i] = slot;
	return 0;
}

/* The least order of an aligned run that covers the range. */
static unsigned covering(uint64_t phys, uint64_t bytes)
{
	unsigned log2 = max((unsigned)PAGE_LOG2, log2_ceil(bytes));

	while (phys >> log2 != (phys + bytes - 1) >> log2)
		log2++;
	return log2;
}

int device_extent(uint64_t phys, uint64_t bytes, cap_t *slot, uint64_t *offset)
{
	unsigned log2;
	uint64_t first;
	int64_t r;
	int i;

	if (bytes == 0 || bytes > 1ull << 40 || phys > 1ull << 46)
		return -EINVAL;
	log2 = covering(phys, bytes);
	first = align_down(phys, 1ull << log2);
	i = device_find(first, 1ull << log2);
	if (i < 0)
		return i;
	r = whole(i);
	if (r == 0)
		r = slot_take(slot);
	if (r < 0)
		return (int)r;
	r = os_extent_slice(extents[i], (first - os_boot->untyped[i].phys) >> PAGE_LOG2, log2, *slot);
	if (r < 0)
		slot_give(*slot);
	*offset = phys - first;
	return (int)r;
}
