/* SPDX-License-Identifier: 0BSD */
/* multiboot2.c: what GRUB says: the multiboot2 information structure.
 *
 * A total size, then tags: type, size, content, each on an 8-byte border, ended by type 0.  Sizes
 * are checked against what is left; a tag that is too short for its type is skipped. Source:
 * Multiboot2 specification version 2.0, 3.6.
 */
#include "arch/x86_64/boot/boot.h"
#include "lib/bits.h"

#define TOTAL_MAX (1u << 20)

enum tag_type {
	TAG_END = 0,
	TAG_CMDLINE = 1,
	TAG_MODULE = 3,
	TAG_MEMORY_MAP = 6,
	TAG_FRAMEBUFFER = 8,
	TAG_RSDP_OLD = 14,
	TAG_RSDP_NEW = 15
};

struct header {
	uint32_t total_size, reserved;
} __attribute__((packed));

struct tag {
	uint32_t type;
	uint32_t size; /* with this header, without padding */
} __attribute__((packed));

struct tag_module {
	struct tag tag;
	uint32_t start, end;
} __attribute__((packed));

struct tag_memory_map {
	struct tag tag;
	uint32_t entry_size, entry_version;
} __attribute__((packed));

struct tag_framebuffer {
	struct tag tag;
	uint64_t addr;
	uint32_t pitch, width, height;
	uint8_t bits_per_pixel, type;
	uint16_t reserved;
	uint8_t red_shift, red_bits, green_shift, green_bits, blue_shift, blue_bits;
} __attribute__((packed));

#define FRAMEBUFFER_RGB 1

static void read_module(struct boot_info *info, const struct tag *tag)
{
	const struct tag_module *module = (const struct tag_module *)tag;

	if (tag->size >= sizeof(*module) && module->end > module->start)
		boot_info_add_module(info, module->start, module->end - module->start);
}

static void read_memory_map(struct boot_info *info, const struct tag *tag)
{
	const struct tag_memory_map *map = (const struct tag_memory_map *)tag;
	uint32_t at = sizeof(*map);

	if (tag->size < sizeof(*map) || map->entry_size < sizeof(struct boot_map_entry)) return;
	for (; tag->size - at >= map->entry_size; at += map->entry_size) {
		const struct boot_map_entry *entry = (const void *)((const char *)tag + at);

		boot_info_add_region(info, entry->base, entry->len, boot_region_type_from_e820(entry->type));
	}
}

/* Whoever draws relies on these numbers. */
static bool framebuffer_is_sane(const struct boot_info *info, const struct tag_framebuffer *fb)
{
	uint64_t bytes = (uint64_t)fb->pitch * fb->height;

	return fb->width > 0 && bytes > 0 && fb->bits_per_pixel >= 15 && fb->bits_per_pixel <= 32 &&
	       fb->pitch >= (uint64_t)fb->width * ((fb->bits_per_pixel + 7) / 8) && fb->addr < info->phys_limit &&
	       bytes <= info->phys_limit - fb->addr;
}

static void read_framebuffer(struct boot_info *info, const struct tag *tag)
{
	const struct tag_framebuffer *fb = (const struct tag_framebuffer *)tag;

	if (tag->size < sizeof(*fb) || fb->type != FRAMEBUFFER_RGB || !framebuffer_is_sane(info, fb)) return;
	info->framebuffer = (struct boot_display){.phys = fb->addr,
						  .pitch_bytes = fb->pitch,
						  .width = fb->width,
						  .height = fb->height,
						  .bits_per_pixel = fb->bits_per_pixel,
						  .red_shift = fb->red_shift,
						  .red_bits = fb->red_bits,
						  .green_shift = fb->green_shift,
						  .green_bits = fb->green_bits,
						  .blue_shift = fb->blue_shift,
						  .blue_bits = fb->blue_bits};
}

static void read_tag(struct boot_info *info, const struct tag *tag, uint64_t phys)
{
	const char *content = (const char *)(tag + 1);

	switch (tag->type) {
	case TAG_CMDLINE:
		boot_info_set_cmdline(info, content, tag->size - sizeof(*tag));
		break;
	case TAG_MODULE:
		read_module(info, tag);
		break;
	case TAG_MEMORY_MAP:
		read_memory_map(info, tag);
		break;
	case TAG_FRAMEBUFFER:
		read_framebuffer(info, tag);
		break;
	case TAG_RSDP_OLD:
	case TAG_RSDP_NEW:
		/* a copy; of several, the one that is valid and newest */
		if (rsdp_check(phys + sizeof(*tag)) && (info->rsdp_phys == 0 || tag->type == TAG_RSDP_NEW))
			info->rsdp_phys = phys + sizeof(*tag);
		break;
	}
}

bool multiboot2_parse(struct boot_info *info, uint64_t phys)
{
	const struct header *header = boot_peek(phys, sizeof(*header));
	uint32_t at = sizeof(*header);
	uint32_t total;

	if (!header || !is_aligned(phys, 8)) return false;
	total = header->total_size;
	if (total < sizeof(*header) || total > TOTAL_MAX) return false;
	header = boot_peek(phys, total);
	if (!header) return false;
	while (total - at >= sizeof(struct tag)) {
		const struct tag *tag = (const void *)((const char *)header + at);

		if (tag->type == TAG_END || tag->size < sizeof(*tag) || tag->size > total - at) break;
		read_tag(info, tag, phys + at);
		if (align_up(tag->size, 8) > total - at) break;
		at += (uint32_t)align_up(tag->size, 8);
	}
	return true;
}
