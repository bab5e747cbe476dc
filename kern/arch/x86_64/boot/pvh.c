/* SPDX-License-Identifier: 0BSD */
/* pvh.c: what QEMU (or Xen, Firecracker, ...) says when it enters by PVH: struct hvm_start_info.
 *
 * Version 0 has no memory map, and then we cannot go on; QEMU gives version 1.
 * Source: Xen public header arch-x86/hvm/start_info.h (layout); Xen docs/misc/pvh.pandoc.
 */
#include "arch/x86_64/boot/boot.h"
#include "lib/bits.h"

#define PVH_MAGIC   0x336ec578
#define MAP_MAX	    1024
#define CMDLINE_CAP 4096 /* how far to look for its end */

struct start_info {
	uint32_t magic, version, flags, module_count;
	uint64_t modules_phys, cmdline_phys, rsdp_phys;
	/* version 1 */
	uint64_t map_phys;
	uint32_t map_count, reserved;
} __attribute__((packed));

struct module_entry {
	uint64_t phys, len, cmdline_phys, reserved;
} __attribute__((packed));

static void read_map(struct boot_info *info, const struct start_info *start)
{
	uint32_t count = min(start->map_count, (uint32_t)MAP_MAX);
	const struct boot_map_entry *map = boot_peek(start->map_phys, count * sizeof(*map));

	for (uint32_t i = 0; map && i < count; i++)
		boot_info_add_region(info, map[i].base, map[i].len, boot_region_type_from_e820(map[i].type));
}

bool pvh_parse(struct boot_info *info, uint64_t phys)
{
	const struct start_info *start = boot_peek(phys, sizeof(*start));
	const struct module_entry *module;
	const char *cmdline;

	if (!start || start->magic != PVH_MAGIC) return false;
	if (start->version >= 1) read_map(info, start);
	module = boot_peek(start->modules_phys, sizeof(*module));
	if (start->module_count && module) boot_info_add_module(info, module->phys, module->len);
	cmdline = boot_peek(start->cmdline_phys, CMDLINE_CAP);
	if (cmdline) boot_info_set_cmdline(info, cmdline, CMDLINE_CAP);
	info->rsdp_phys = start->rsdp_phys;
	return true;
}
