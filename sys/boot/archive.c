/* SPDX-License-Identifier: 0BSD */
/* archive.c: finding files in the boot image. All offsets are checked against its length when they are used. */
#include "boot/boot.h"

#include "lib/bits.h"
#include "lib/string.h"

#include <parley/start.h>
#include <proto/image.h>

static const uint8_t *archive;
static uint64_t archive_bytes;
static const struct image_header *header;

static bool within(uint64_t at, uint64_t bytes) { return at <= archive_bytes && bytes <= archive_bytes - at; }

void boot_archive_init(void)
{
	const uint8_t *image = (const uint8_t *)os_boot->image_address;
	struct image_trailer trailer;

	if (os_boot->image_bytes < sizeof(trailer))
		sys_panic("boot image: too short");
	memcpy(&trailer, image + os_boot->image_bytes - sizeof(trailer), sizeof(trailer));
	if (trailer.magic != IMAGE_MAGIC || trailer.archive_bytes > os_boot->image_bytes ||
	    trailer.archive_bytes < sizeof(struct image_header) + sizeof(trailer) || trailer.archive_bytes % 8)
		sys_panic("boot image: no archive behind the program");
	archive_bytes = trailer.archive_bytes;
	archive = image + os_boot->image_bytes - archive_bytes;
	header = (const struct image_header *)archive;
	if (header->magic != IMAGE_MAGIC || header->version != IMAGE_VERSION || header->entries_at % 8 ||
	    !within(header->entries_at, header->entry_count * sizeof(struct image_entry)) ||
	    !within(header->names_at, header->names_bytes))
		sys_panic("boot image: the archive's header is wrong");
}

static int compare(const struct image_entry *e, const char *path, size_t bytes)
{
	const char *names = (const char *)archive + header->names_at;
	int order;

	if (e->path_at > header->names_bytes || e->path_bytes > header->names_bytes - e->path_at)
		sys_panic("boot image: a name lies outside");
	order = memcmp(names + e->path_at, path, min((size_t)e->path_bytes, bytes));
	return order ? order : (int)e->path_bytes - (int)bytes;
}

bool boot_find(const char *path, struct boot_file *out)
{
	const struct image_entry *entries = (const struct image_entry *)(archive + header->entries_at);
	uint32_t low = 0, high = header->entry_count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct image_entry *e = &entries[middle];
		int order = compare(e, path, strlen(path));

		if (order == 0) {
			if (!within(e->data_at, e->size_bytes))
				sys_panic("boot image: %s lies outside", path);
			*out = (struct boot_file){archive + e->data_at, e->size_bytes};
			return true;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

uint64_t boot_archive_offset(void) { return (uint64_t)archive - align_down(os_boot->image_address, PAGE_BYTES); }

uint64_t boot_archive_bytes(void) { return archive_bytes; }
