/* SPDX-License-Identifier: 0BSD */
/* supply.c: a file lies in one or more Extents; what is supplied are slices, the largest powers of two that fit. */
#include <abi/memory.h>
#include <abi/boot.h>
#include <abi/errno.h>
#include <parley/message.h>
#include <parley/syscall.h>
#include <proto/flags.h>
#include <proto/layout.h>
#include <proto/proto.h>
#include "supply.h"

#define PAGE_BYTES 4096ull
#define PAGE_LOG2  12
#define SLOT_SLICE SLOT_DYNAMIC_MAX

/* One Extent: where it is mapped, and its length in pages. */
static struct {
	uint64_t address;
	uint64_t pages;
} extents[BOOT_IMAGE_MAX];
static unsigned extent_count;

static int reserve(uint64_t bytes, uint64_t *address)
{
	struct os_words words = {{MEM_RESERVE, bytes}};
	int64_t status = os_send_words(CAP_SELF_PROCESS, &words);

	*address = words.w[1];
	return (int)status;
}

/* How long they are; answers the sum. */
static uint64_t measure(unsigned count)
{
	uint64_t bytes = 0;

	for (extent_count = 0; extent_count < count; extent_count++) {
		struct os_words out;

		if (os_cspace_info(CAP_SELF_CSPACE, SLOT_DEVICE_MIN + extent_count, &out) < 0)
			return 0;
		extents[extent_count].pages = 1ull << ((out.w[0] >> 24 & 0xff) - PAGE_LOG2);
		bytes += extents[extent_count].pages * PAGE_BYTES;
	}
	return bytes;
}

int supply_begin(unsigned count, uint64_t offset, uint64_t bytes)
{
	uint64_t length = count <= BOOT_IMAGE_MAX ? measure(count) : 0, address;
	int64_t status = length ? reserve(length, &address) : -EINVAL;

	if (status == 0 && (offset > length || bytes > length - offset))
		status = -EINVAL;
	for (unsigned i = 0; status == 0 && i < count; i++) {
		extents[i].address = i ? extents[i - 1].address + extents[i - 1].pages * PAGE_BYTES : address;
		status = os_extent_map(SLOT_DEVICE_MIN + i, CAP_SELF_VSPACE, extents[i].address, 0, extents[i].pages,
				       PROT_READ);
	}
	if (status < 0)
		return (int)status;
	return archive_begin((const void *)(address + offset), bytes) ? 0 : -EINVAL;
}

/* The Extent in which an address lies. */
static unsigned extent_of(uint64_t address)
{
	unsigned i = 0;

	while (address - extents[i].address >= extents[i].pages * PAGE_BYTES)
		i++;
	return i;
}

/* Supplies some of the pages at `offset` of the file, which are mapped here at `address`: how many, or -errno. */
static int64_t supply_some(cap_t object, uint64_t offset, uint64_t address, uint64_t pages)
{
	struct message_desc desc = {.give_count = 1, .give = {SLOT_SLICE}};
	struct os_words words = {{MEM_SUPPLY, offset}};
	unsigned i = extent_of(address), log2 = 0;
	uint64_t first = (address - extents[i].address) / PAGE_BYTES, left = extents[i].pages - first;
	int64_t status;

	left = left < pages ? left : pages;
	while (2ull << log2 <= left && first % (2ull << log2) == 0)
		log2++;
	status = os_extent_slice(SLOT_DEVICE_MIN + i, first, PAGE_LOG2 + log2, SLOT_SLICE);
	words.w[2] = 1ull << log2;
	if (status == 0)
		status = os_send(object, &words, &desc, DEADLINE_FOREVER, 0);
	os_cspace_delete(CAP_SELF_CSPACE, SLOT_SLICE);
	return status < 0 ? status : 1ll << log2;
}

static int supply_all(cap_t object, const struct image_entry *e)
{
	uint64_t pages = (e->size_bytes + PAGE_BYTES - 1) / PAGE_BYTES;

	for (uint64_t done = 0; done < pages;) {
		int64_t some =
		    supply_some(object, done * PAGE_BYTES, (uint64_t)archive_data(e) + done * PAGE_BYTES, pages - done);

		if (some < 0)
			return (int)some;
		done += (uint64_t)some;
	}
	return 0;
}

/* Nothing is ever wanted of it later, so its Event is never signalled; but an object is paged only if it has one. */
static int64_t event(void)
{
	static int64_t slot;
	struct message_desc desc = {.accept_count = 1, .land_min = SLOT_DYNAMIC_MIN, .land_max = SLOT_DYNAMIC_MAX - 1};
	struct os_words words = {{PROC_OBJECT, OBJ_EVENT}};
	int64_t status;

	if (slot)
		return slot;
	status = os_send(CAP_SELF_PROCESS, &words, &desc, DEADLINE_FOREVER, 0);
	if (status >= 0 && desc.landed[0] >= 0)
		slot = desc.landed[0];
	return status < 0 ? status : desc.landed[0];
}

int supply_object(const struct image_entry *e, cap_t *object)
{
	struct message_desc desc = {
	    .give_count = 1, .accept_count = 1, .land_min = SLOT_DYNAMIC_MIN, .land_max = SLOT_DYNAMIC_MAX - 1};
	uint64_t bytes = (e->size_bytes + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
	struct os_words words = {{PROTO_WORD0(MEM_OBJECT, MEM_PAGED, 0), bytes, 1, e->path_at}};
	int64_t status = event();

	if (status < 0)
		return (int)status;
	desc.give[0] = (cap_t)status;
	status = os_send(CAP_SELF_PROCESS, &words, &desc, DEADLINE_FOREVER, 0);
	if (status >= 0 && desc.landed[0] < 0)
		status = desc.landed[0];
	if (status < 0)
		return (int)status;
	status = supply_all((cap_t)desc.landed[0], e);
	if (status < 0) {
		os_cspace_delete(CAP_SELF_CSPACE, (cap_t)desc.landed[0]);
		return (int)status;
	}
	*object = (cap_t)desc.landed[0];
	return 0;
}
