/* SPDX-License-Identifier: 0BSD */
/* boot_info.c: the one struct boot_info, and how foreign facts get into it.
 *
 * The region list is at all times sorted, page-aligned and free of overlaps.  A new region is
 * painted over it: the line of addresses is cut at every border, and each piece gets the highest
 * type that covers it.  That is linear in a list of at most 64, done once for each entry of the
 * loader's map.
 */
#include "arch/x86_64/boot/boot.h"
#include "arch/x86_64/layout.h"
#include "lib/bits.h"
#include "lib/string.h"

static struct boot_info boot_info;

/* Painting one region over n makes at most 2n + 1 pieces, before neighbours are joined. */
#define PIECES_MAX (2 * BOOT_REGION_MAX + 1)

struct piece_list {
	uint32_t count;
	struct boot_region pieces[PIECES_MAX];
};

const struct boot_info *boot_info_get(void) { return &boot_info; }

struct boot_info *boot_info_writable(void) { return &boot_info; }

static void append(struct piece_list *list, uint64_t base, uint64_t end, enum boot_region_type type)
{
	struct boot_region *last = list->count ? &list->pieces[list->count - 1] : NULL;

	if (base >= end) return;
	if (last && last->type == type && last->base + last->len_bytes == base) {
		last->len_bytes += end - base;
		return;
	}
	list->pieces[list->count++] = (struct boot_region){base, end - base, type};
}

static void drop_smallest(struct piece_list *list)
{
	uint32_t smallest = 0;

	for (uint32_t i = 1; i < list->count; i++) {
		if (list->pieces[i].len_bytes < list->pieces[smallest].len_bytes) smallest = i;
	}
	list->count--;
	memmove(&list->pieces[smallest], &list->pieces[smallest + 1],
		(list->count - smallest) * sizeof(list->pieces[0]));
}

static void paint(struct boot_info *info, uint64_t base, uint64_t end, enum boot_region_type type)
{
	static struct piece_list list;
	uint64_t at = base; /* how far the new region has been laid down */

	list.count = 0;
	for (uint32_t i = 0; i < info->region_count; i++) {
		const struct boot_region *old = &info->regions[i];
		uint64_t old_end = old->base + old->len_bytes;
		uint64_t cut_low = max(old->base, min(base, old_end));
		uint64_t cut_high = max(cut_low, min(end, old_end));

		if (at < end && at < old->base) {
			append(&list, at, min(end, old->base), type);
			at = min(end, old->base);
		}
		append(&list, old->base, cut_low, old->type);
		append(&list, cut_low, cut_high, max(old->type, type));
		append(&list, cut_high, old_end, old->type);
		at = max(at, cut_high);
	}
	append(&list, at, end, type);
	while (list.count > BOOT_REGION_MAX) {
		drop_smallest(&list);
		info->regions_truncated = true;
	}
	info->region_count = list.count;
	memcpy(info->regions, list.pieces, list.count * sizeof(list.pieces[0]));
}

void boot_info_add_region(struct boot_info *info, uint64_t base, uint64_t len_bytes, enum boot_region_type type)
{
	uint64_t end;

	if (len_bytes == 0 || base >= info->phys_limit) return;
	end = base + min(len_bytes, info->phys_limit - base);
	if (type == BOOT_REGION_USABLE) {
		base = align_up(base, PAGE_SIZE);
		end = align_down(end, PAGE_SIZE);
	} else {
		base = align_down(base, PAGE_SIZE);
		end = align_up(end, PAGE_SIZE);
	}
	if (base < end) paint(info, base, end, type);
}

/* Copies printable characters, and always a NUL. Returns how many there were. */
static size_t copy_text(char *to, size_t room, const char *from, size_t len)
{
	size_t used = 0;

	for (size_t i = 0; i < len && from[i]; i++) {
		unsigned char c = (unsigned char)from[i];

		if (used + 1 < room) to[used] = c < ' ' || c == 0x7f ? ' ' : (char)c;
		used++;
	}
	to[min(used, room - 1)] = '\0';
	return used;
}

void boot_info_set_cmdline(struct boot_info *info, const char *text, size_t len_bytes)
{
	size_t used = copy_text(info->cmdline, sizeof(info->cmdline), text, len_bytes);

	info->cmdline_truncated = used > BOOT_CMDLINE_MAX;
}

void boot_info_add_module(struct boot_info *info, uint64_t phys, uint64_t len_bytes)
{
	if (info->module.len_bytes == 0 && phys != 0 && boot_peek(phys, len_bytes))
		info->module = (struct boot_module){phys, len_bytes};
}

enum boot_region_type boot_region_type_from_e820(uint32_t type)
{
	static const uint8_t types[] = {BOOT_REGION_RESERVED,	  BOOT_REGION_USABLE,	BOOT_REGION_RESERVED,
					BOOT_REGION_ACPI_RECLAIM, BOOT_REGION_ACPI_NVS, BOOT_REGION_BAD};

	return type < array_len(types) ? (enum boot_region_type)types[type] : BOOT_REGION_RESERVED;
}

/* A module outside of usable RAM would not be in the direct map. */
static bool module_is_in_ram(const struct boot_info *info)
{
	const struct boot_module *module = &info->module;

	for (uint32_t i = 0; i < info->region_count; i++) {
		const struct boot_region *region = &info->regions[i];

		if (region->type == BOOT_REGION_USABLE && module->phys >= region->base &&
		    module->phys + module->len_bytes <= region->base + region->len_bytes)
			return true;
	}
	return false;
}

void boot_info_finish(struct boot_info *info)
{
	for (uint32_t i = 0; i < info->region_count; i++) {
		if (info->regions[i].type == BOOT_REGION_USABLE) info->ram_bytes += info->regions[i].len_bytes;
	}
	if (!module_is_in_ram(info)) info->module = (struct boot_module){0, 0};
	if (!rsdp_check(info->rsdp_phys)) info->rsdp_phys = rsdp_scan();
}
