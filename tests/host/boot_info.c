/* SPDX-License-Identifier: 0BSD */
/* boot_info.c: tests of the boot information: region list, multiboot2, PVH. */
#include "boot_info.h"

#include "arch/x86_64/boot/boot.h"
#include "host/boot_machine.h"
#include "host/harness.h"
#include "lib/bits.h"

#include <string.h>

#define PAGE	    4096ull
#define MODEL_PAGES 600

static struct boot_info *fresh(void)
{
	machine_reset();
	return boot_info_writable();
}

static bool region_is(const struct boot_info *info, uint32_t index, uint64_t base, uint64_t end,
		      enum boot_region_type type)
{
	const struct boot_region *region = &info->regions[index];

	return index < info->region_count && region->base == base && region->base + region->len_bytes == end &&
	       region->type == type;
}

/* What every reader must leave behind, whatever it was fed. */
static bool info_holds(const struct boot_info *info)
{
	uint64_t at = 0;

	if (info->region_count > BOOT_REGION_MAX || strnlen(info->cmdline, sizeof(info->cmdline)) > BOOT_CMDLINE_MAX)
		return false;
	for (uint32_t i = 0; i < info->region_count; i++) {
		const struct boot_region *region = &info->regions[i];

		if (region->base < at || region->len_bytes == 0 ||
		    !is_aligned(region->base | region->len_bytes, PAGE) ||
		    region->base + region->len_bytes > info->phys_limit)
			return false;
		at = region->base + region->len_bytes;
	}
	return true;
}

TEST(boot_info, regions_are_sorted_and_joined)
{
	struct boot_info *info = fresh();

	boot_info_add_region(info, 8 * PAGE, 2 * PAGE, BOOT_REGION_USABLE);
	boot_info_add_region(info, 0, 2 * PAGE, BOOT_REGION_USABLE);
	boot_info_add_region(info, 2 * PAGE, 6 * PAGE, BOOT_REGION_USABLE);
	EXPECT_EQ(info->region_count, 1);
	EXPECT(region_is(info, 0, 0, 10 * PAGE, BOOT_REGION_USABLE));
}

TEST(boot_info, the_worse_type_wins_an_overlap)
{
	struct boot_info *info = fresh();

	boot_info_add_region(info, 0, 10 * PAGE, BOOT_REGION_RESERVED);
	boot_info_add_region(info, 2 * PAGE, 20 * PAGE, BOOT_REGION_USABLE);
	boot_info_add_region(info, 15 * PAGE, PAGE, BOOT_REGION_ACPI_NVS);
	EXPECT_EQ(info->region_count, 4);
	EXPECT(region_is(info, 0, 0, 10 * PAGE, BOOT_REGION_RESERVED));
	EXPECT(region_is(info, 1, 10 * PAGE, 15 * PAGE, BOOT_REGION_USABLE));
	EXPECT(region_is(info, 2, 15 * PAGE, 16 * PAGE, BOOT_REGION_ACPI_NVS));
	EXPECT(region_is(info, 3, 16 * PAGE, 22 * PAGE, BOOT_REGION_USABLE));
}

TEST(boot_info, usable_shrinks_and_reserved_grows_to_pages)
{
	struct boot_info *info = fresh();

	boot_info_add_region(info, 100, 3 * PAGE, BOOT_REGION_USABLE);
	boot_info_add_region(info, 5 * PAGE + 1, 1, BOOT_REGION_RESERVED);
	boot_info_add_region(info, 9 * PAGE + 1, PAGE, BOOT_REGION_USABLE);
	EXPECT_EQ(info->region_count, 2);
	EXPECT(region_is(info, 0, PAGE, 3 * PAGE, BOOT_REGION_USABLE));
	EXPECT(region_is(info, 1, 5 * PAGE, 6 * PAGE, BOOT_REGION_RESERVED));
}

TEST(boot_info, what_exceeds_physical_space_is_cut)
{
	struct boot_info *info = fresh();

	boot_info_add_region(info, MACHINE_PHYS_LIMIT - PAGE, UINT64_MAX, BOOT_REGION_RESERVED);
	boot_info_add_region(info, MACHINE_PHYS_LIMIT, PAGE, BOOT_REGION_USABLE);
	boot_info_add_region(info, UINT64_MAX - 10, 10, BOOT_REGION_USABLE);
	EXPECT_EQ(info->region_count, 1);
	EXPECT(region_is(info, 0, MACHINE_PHYS_LIMIT - PAGE, MACHINE_PHYS_LIMIT, BOOT_REGION_RESERVED));
}

TEST(boot_info, too_many_regions_lose_the_smallest)
{
	struct boot_info *info = fresh();

	for (uint64_t i = 0; i < BOOT_REGION_MAX; i++)
		boot_info_add_region(info, i * 16 * PAGE, 2 * PAGE, BOOT_REGION_USABLE);
	EXPECT(!info->regions_truncated);
	boot_info_add_region(info, 4096 * PAGE, PAGE, BOOT_REGION_USABLE);
	EXPECT(info->regions_truncated);
	EXPECT_EQ(info->region_count, BOOT_REGION_MAX);
	boot_info_add_region(info, 4096 * PAGE, 3 * PAGE, BOOT_REGION_USABLE);
	EXPECT(region_is(info, BOOT_REGION_MAX - 1, 4096 * PAGE, 4099 * PAGE, BOOT_REGION_USABLE));
	EXPECT(info_holds(info));
}

TEST(boot_info, regions_agree_with_a_page_by_page_model)
{
	for (int round = 0; round < 2000; round++) {
		struct boot_info *info = fresh();
		int model[MODEL_PAGES];
		uint32_t at = 0;

		for (uint32_t page = 0; page < MODEL_PAGES; page++)
			model[page] = -1;
		for (int i = 0; i < 12; i++) {
			uint64_t base = host_random() % MODEL_PAGES;
			uint64_t count = host_random() % (MODEL_PAGES - base + 1);
			int type = (int)(host_random() % (BOOT_REGION_BAD + 1));

			boot_info_add_region(info, base * PAGE, count * PAGE, (enum boot_region_type)type);
			for (uint64_t page = base; page < base + count; page++)
				model[page] = max(model[page], type);
		}
		REQUIRE(info_holds(info));
		for (uint32_t page = 0; page < MODEL_PAGES; page++) {
			const struct boot_region *region = &info->regions[at];
			int got = -1;

			if (at < info->region_count && page * PAGE >= region->base)
				got = (int)region->type;
			if (at < info->region_count && (page + 1) * PAGE == region->base + region->len_bytes)
				at++;
			REQUIRE(got == model[page]);
		}
	}
}

TEST(boot_info, command_line_is_cut_at_its_limit)
{
	struct boot_info *info = fresh();
	char text[BOOT_CMDLINE_MAX + 2];

	memset(text, 'x', sizeof(text));
	boot_info_set_cmdline(info, text, BOOT_CMDLINE_MAX);
	EXPECT(!info->cmdline_truncated);
	EXPECT_EQ(strlen(info->cmdline), BOOT_CMDLINE_MAX);
	boot_info_set_cmdline(info, text, sizeof(text));
	EXPECT(info->cmdline_truncated);
	EXPECT_EQ(strlen(info->cmdline), BOOT_CMDLINE_MAX);
	boot_info_set_cmdline(info, "a\tb\0c", 5);
	EXPECT_STR(info->cmdline, "a b");
}

/* ---- multiboot2
 * ---------------------------------------------------------------------------------- */

#define INFO_AT 0x9000

struct mb2_sample {
	uint32_t total, reserved;
	struct {
		uint32_t type, size;
		char text[8];
	} cmdline;
	struct {
		uint32_t type, size, start, end;
		char name[8];
	} module;
	struct {
		uint32_t type, size, entry_size, version;
		struct {
			uint64_t base, len;
			uint32_t type, zero;
		} entry[2];
	} map;
	struct {
		uint32_t type, size;
		uint64_t addr;
		uint32_t pitch, width, height;
		uint8_t bits, kind, zero[2], masks[6], padding[2];
	} framebuffer;
	uint32_t end_type, end_size;
};

static struct mb2_sample mb2_sample(void)
{
	return (struct mb2_sample){
	    .total = sizeof(struct mb2_sample),
	    .cmdline = {1, 8 + 6, "hello"},
	    .module = {3, sizeof(((struct mb2_sample *)0)->module), 0x200000, 0x201234, "m"},
	    .map = {6, sizeof(((struct mb2_sample *)0)->map), 24, 0, {{0, 0x9f000, 1, 0}, {0x100000, 0x700000, 1, 0}}},
	    .framebuffer = {8, 38, 0xfd000000, 3200, 800, 600, 32, 1, {0}, {16, 8, 8, 8, 0, 8}, {0}},
	    .end_size = 8,
	};
}

static bool parse_mb2(const struct mb2_sample *sample)
{
	fresh();
	machine_put(INFO_AT, sample, sizeof(*sample));
	return multiboot2_parse(boot_info_writable(), INFO_AT);
}

TEST(multiboot2, everything_is_read)
{
	struct mb2_sample sample = mb2_sample();
	const struct boot_info *info = boot_info_get();

	REQUIRE(parse_mb2(&sample));
	boot_info_finish(boot_info_writable());
	EXPECT_STR(info->cmdline, "hello");
	EXPECT_EQ(info->region_count, 2);
	EXPECT_EQ(info->ram_bytes, 0x79f000);
	EXPECT_EQ(info->module.phys, 0x200000);
	EXPECT_EQ(info->module.len_bytes, 0x1234);
	EXPECT_EQ(info->framebuffer.phys, 0xfd000000);
	EXPECT_EQ(info->framebuffer.red_shift, 16);
	EXPECT_EQ(info->rsdp_phys, 0);
}

TEST(multiboot2, a_module_outside_of_ram_is_ignored)
{
	struct mb2_sample sample = mb2_sample();

	sample.module.start = 0x900000;
	sample.module.end = 0x901000;
	REQUIRE(parse_mb2(&sample));
	boot_info_finish(boot_info_writable());
	EXPECT_EQ(boot_info_get()->module.len_bytes, 0);
}

TEST(multiboot2, a_framebuffer_that_contradicts_itself_is_ignored)
{
	struct mb2_sample sample = mb2_sample();

	sample.framebuffer.pitch = 100;
	REQUIRE(parse_mb2(&sample));
	EXPECT_EQ(boot_info_get()->framebuffer.phys, 0);
	sample = mb2_sample();
	sample.framebuffer.addr = UINT64_MAX - 10;
	REQUIRE(parse_mb2(&sample));
	EXPECT_EQ(boot_info_get()->framebuffer.phys, 0);
}

TEST(multiboot2, a_structure_of_wrong_size_is_refused)
{
	struct mb2_sample sample = mb2_sample();

	sample.total = 4;
	EXPECT(!parse_mb2(&sample));
	sample.total = UINT32_MAX;
	EXPECT(!parse_mb2(&sample));
}

TEST(multiboot2, damaged_bytes_do_no_harm)
{
	for (int round = 0; round < 20000; round++) {
		struct mb2_sample sample = mb2_sample();
		uint8_t *bytes = (uint8_t *)&sample;

		for (int i = 0; i < 4; i++)
			bytes[host_random() % sizeof(sample)] = (uint8_t)host_random();
		parse_mb2(&sample);
		REQUIRE(info_holds(boot_info_get()));
	}
}

/* ---- PVH
 * ----------------------------------------------------------------------------------------- */

struct pvh_sample {
	uint32_t magic, version, flags, module_count;
	uint64_t modules, cmdline, rsdp, map;
	uint32_t map_count, zero;
	uint64_t module[4];
	struct {
		uint64_t base, len;
		uint32_t type, zero;
	} entry[2];
	char text[8];
};

static struct pvh_sample pvh_sample(void)
{
	return (struct pvh_sample){
	    .magic = 0x336ec578,
	    .version = 1,
	    .module_count = 1,
	    .modules = INFO_AT + offsetof(struct pvh_sample, module),
	    .cmdline = INFO_AT + offsetof(struct pvh_sample, text),
	    .map = INFO_AT + offsetof(struct pvh_sample, entry),
	    .map_count = 2,
	    .module = {0x300000, 77, 0, 0},
	    .entry = {{0, 0x9f000, 1, 0}, {0x100000, 0x700000, 1, 0}},
	    .text = "hello",
	};
}

static bool parse_pvh(const struct pvh_sample *sample)
{
	fresh();
	machine_put(INFO_AT, sample, sizeof(*sample));
	return pvh_parse(boot_info_writable(), INFO_AT);
}

TEST(pvh, everything_is_read)
{
	struct pvh_sample sample = pvh_sample();
	const struct boot_info *info = boot_info_get();

	REQUIRE(parse_pvh(&sample));
	boot_info_finish(boot_info_writable());
	EXPECT_STR(info->cmdline, "hello");
	EXPECT_EQ(info->ram_bytes, 0x79f000);
	EXPECT_EQ(info->module.phys, 0x300000);
	EXPECT_EQ(info->module.len_bytes, 77);
}

TEST(pvh, without_its_magic_it_is_refused)
{
	struct pvh_sample sample = pvh_sample();

	sample.magic++;
	EXPECT(!parse_pvh(&sample));
}

TEST(pvh, damaged_bytes_do_no_harm)
{
	for (int round = 0; round < 20000; round++) {
		struct pvh_sample sample = pvh_sample();
		uint8_t *bytes = (uint8_t *)&sample;

		for (int i = 0; i < 3; i++)
			bytes[4 + host_random() % (sizeof(sample) - 4)] = (uint8_t)host_random();
		REQUIRE(parse_pvh(&sample));
		REQUIRE(info_holds(boot_info_get()));
	}
}
