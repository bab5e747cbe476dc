/* SPDX-License-Identifier: 0BSD */
/* extent.c: memory that is mapped: map, unmap, protect, slice, zero, copy. */
#include "lib/kit.h"

#include <abi/boot.h>

#define SELF CAP_SELF_CSPACE
#define MINE CAP_SELF_VSPACE
#define RW   (PROT_READ | PROT_WRITE)

static volatile uint64_t *at(uint64_t va) { return (volatile uint64_t *)va; }

TEST(extent, mapped_memory_holds_what_is_written)
{
	cap_t extent = kit_map(KIT_VA, 16);

	for (unsigned i = 0; i < 16; i++) {
		EXPECT_EQ(at(KIT_VA)[512 * i], 0);
		at(KIT_VA)[512 * i] = i;
	}
	EXPECT_OK(os_extent_unmap(extent, 0, 16));
	EXPECT_OK(os_extent_map(extent, MINE, KIT_VA + 0x100000, 0, 16, PROT_READ));
	for (unsigned i = 0; i < 16; i++)
		EXPECT_EQ(at(KIT_VA + 0x100000)[512 * i], i);
}

TEST(extent, any_subset_of_pages_can_be_present)
{
	cap_t extent = kit_make(OBJ_EXTENT, 16);

	EXPECT_OK(os_extent_map(extent, MINE, KIT_VA, 3, 1, RW));
	EXPECT_OK(os_extent_map(extent, MINE, KIT_VA, 7, 2, RW));
	at(KIT_VA + 0x3000)[0] = 33;
	at(KIT_VA + 0x8000)[0] = 88;
	EXPECT(!kit_readable(KIT_VA + 0x4000));
	EXPECT_OK(os_extent_unmap(extent, 7, 1));
	EXPECT_EQ(at(KIT_VA + 0x8000)[0], 88);
	EXPECT(!kit_readable(KIT_VA + 0x7000));
	EXPECT_EQ(at(KIT_VA + 0x3000)[0], 33);
}

TEST(extent, big_ones_are_mapped_and_split)
{
	cap_t extent = kit_map(KIT_VA, 22);
	uint64_t va = KIT_VA;

	for (unsigned i = 0; i < 1024; i++)
		at(va)[512 * i] = i;
	EXPECT_OK(os_extent_protect(extent, 5, 1, PROT_READ));
	EXPECT_OK(os_extent_unmap(extent, 600, 1));
	EXPECT(!kit_readable(va + 600 * 4096));
	for (unsigned i = 0; i < 1024; i++) {
		if (i != 600)
			EXPECT_EQ(at(va)[512 * i], i);
	}
}

TEST(extent, another_one_can_be_mapped_over_a_part)
{
	cap_t below = kit_map(KIT_VA, 14);
	cap_t above = kit_make(OBJ_EXTENT, 12);

	EXPECT_OK(os_extent_zero(above, 0, 1));
	at(KIT_VA)[0] = 1;
	at(KIT_VA + 0x1000)[0] = 2;
	EXPECT_OK(os_extent_map(above, MINE, KIT_VA + 0x1000, 0, 1, RW));
	EXPECT_EQ(at(KIT_VA + 0x1000)[0], 0);
	at(KIT_VA + 0x1000)[0] = 3;
	/* Unmapping the one below leaves the one above alone. */
	EXPECT_OK(os_extent_unmap(below, 0, 4));
	EXPECT_EQ(at(KIT_VA + 0x1000)[0], 3);
	EXPECT(!kit_readable(KIT_VA));
}

TEST(extent, map_refuses)
{
	cap_t extent = kit_make(OBJ_EXTENT, 14);
	cap_t weak = kit_copy(extent, RIGHT_EXTENT_READ);
	cap_t space = kit_make(OBJ_VSPACE, 13);
	cap_t other = kit_make(OBJ_EXTENT, 12);
	cap_t blind = kit_copy(space, RIGHT_VSPACE_QUERY);

	EXPECT_ERR(extent_map, EBADF, os_extent_map(extent, extent, KIT_VA, 0, 1, RW));
	EXPECT_ERR(extent_map, EACCES, os_extent_map(extent, blind, KIT_VA, 0, 1, RW));
	EXPECT_ERR(extent_map, EACCES, os_extent_map(weak, MINE, KIT_VA, 0, 1, RW));
	EXPECT_ERR(extent_map, EACCES, os_extent_map(weak, MINE, KIT_VA, 0, 1, PROT_READ | PROT_EXEC));
	EXPECT_ERR(extent_map, EINVAL, os_extent_map(extent, MINE, KIT_VA + 8, 0, 1, RW));
	EXPECT_ERR(extent_map, EINVAL, os_extent_map(extent, MINE, 0x7ffffffff000, 0, 1, RW));
	EXPECT_ERR(extent_map, EINVAL, os_extent_map(extent, MINE, 0xffff800000000000, 0, 1, RW));
	EXPECT_ERR(extent_map, EINVAL, os_extent_map(extent, MINE, KIT_VA, 0, 1, 0x100));
	EXPECT_ERR(extent_map, ERANGE, os_extent_map(extent, MINE, KIT_VA, 0, 5, RW));
	EXPECT_ERR(extent_map, ERANGE, os_extent_map(extent, MINE, KIT_VA, ~0ull, 2, RW));
	EXPECT_ERR(extent_map, ENOMEM, os_extent_map(other, space, KIT_VA, 0, 1, RW));
	EXPECT_OK(os_extent_map(extent, MINE, KIT_VA, 0, 1, RW));
	EXPECT_ERR(extent_map, EBUSY, os_extent_map(extent, MINE, KIT_VA + 0x10000, 1, 1, RW));
}

TEST(extent, missing_page_tables_are_counted)
{
	cap_t space = kit_make(OBJ_VSPACE, 13);
	struct os_words words = {{space, KIT_VA, 0, 1, RW}};

	EXPECT_EQ(os_call_words(os_call_rax(SYS_extent_map, 0, kit_make(OBJ_EXTENT, 12)), &words), -ENOMEM);
	EXPECT(words.w[0] >= 1 && words.w[0] <= 3);
}

TEST(extent, unmap_refuses_ranges_outside)
{
	cap_t extent = kit_map(KIT_VA, 14);

	EXPECT_ERR(extent_unmap, ERANGE, os_extent_unmap(extent, 0, 5));
	EXPECT_ERR(extent_unmap, ERANGE, os_extent_unmap(extent, ~0ull, 2));
	EXPECT_OK(os_extent_unmap(extent, 0, 4));
	EXPECT_OK(os_extent_unmap(extent, 0, 4));
}

TEST(extent, protect_refuses)
{
	cap_t extent = kit_map(KIT_VA, 14);
	cap_t weak = kit_copy(extent, RIGHT_EXTENT_READ);

	EXPECT_ERR(extent_protect, ERANGE, os_extent_protect(extent, 2, 3, PROT_READ));
	EXPECT_ERR(extent_protect, EINVAL, os_extent_protect(extent, 0, 1, 0x100));
	EXPECT_OK(os_extent_map(weak, MINE, KIT_VA + 0x100000, 0, 4, PROT_READ));
	EXPECT_ERR(extent_protect, EACCES, os_extent_protect(weak, 0, 1, RW));
}

/* An address space with just the tables for one large page has none to split it with. */
static cap_t large_page_and_nothing_to_split(uint64_t va)
{
	cap_t space = kit_make(OBJ_VSPACE, 13);
	cap_t extent = kit_make(OBJ_EXTENT, 21);

	EXPECT_OK(os_vspace_feed(space, kit_make(OBJ_UNTYPED, 13)));
	EXPECT_OK(os_extent_map(extent, space, va, 0, 512, RW));
	return extent;
}

TEST(extent, splitting_a_large_page_needs_memory)
{
	cap_t extent = large_page_and_nothing_to_split(KIT_VA);

	EXPECT_ERR(extent_unmap, ENOMEM, os_extent_unmap(extent, 7, 1));
	EXPECT_ERR(extent_protect, ENOMEM, os_extent_protect(extent, 7, 1, PROT_READ));
	EXPECT_OK(os_extent_unmap(extent, 0, 512));
}

TEST(extent, slices_share_memory_and_go_with_the_whole)
{
	cap_t extent = kit_map(KIT_VA, 16);
	cap_t slice = kit_slot();
	struct os_words out;

	EXPECT_OK(os_extent_slice(extent, 4, 14, slice));
	EXPECT_OK(os_extent_map(slice, MINE, KIT_VA + 0x100000, 0, 4, PROT_READ));
	at(KIT_VA + 0x5000)[1] = 77;
	EXPECT_EQ(at(KIT_VA + 0x101000)[1], 77);
	EXPECT_OK(os_cspace_revoke(SELF, extent));
	EXPECT_EQ(os_cspace_info(SELF, slice, &out), -EBADF);
	EXPECT(!kit_readable(KIT_VA + 0x100000));
	EXPECT_EQ(at(KIT_VA + 0x5000)[1], 77);
}

TEST(extent, slice_refuses)
{
	cap_t extent = kit_make(OBJ_EXTENT, 14);
	cap_t slot = kit_slot();

	EXPECT_ERR(extent_slice, EINVAL, os_extent_slice(extent, 0, 11, slot));
	EXPECT_ERR(extent_slice, EINVAL, os_extent_slice(extent, 1, 13, slot));
	EXPECT_ERR(extent_slice, ERANGE, os_extent_slice(extent, 4, 12, slot));
	EXPECT_ERR(extent_slice, ERANGE, os_extent_slice(extent, 0, 15, slot));
	EXPECT_ERR(extent_slice, EEXIST, os_extent_slice(extent, 0, 12, extent));
}

static void slice_to_an_absent_page(void *arg)
{
	EXPECT_ERR(extent_slice, ENOMEM, os_extent_slice(1, 0, 12, 128));
	EXPECT_OK(os_extent_slice(1, 0, 12, 127));
}

TEST(extent, slice_needs_a_page_of_slots)
{
	cap_t extent = kit_make(OBJ_EXTENT, 14);
	cap_t cspace = kit_small_cspace(&extent, 1);

	kit_join(kit_thread_with(&(struct kit_how){.cspace = cspace}, slice_to_an_absent_page, NULL));
}

TEST(extent, slicing_has_a_limit)
{
	cap_t first = kit_slots(200);
	cap_t link = kit_make(OBJ_EXTENT, 12);
	int64_t answer = 0;

	for (unsigned depth = 0; depth < 200 && answer >= 0; depth++) {
		answer = os_extent_slice(link, 0, 12, first + depth);
		link = first + depth;
	}
	EXPECT_ERR(extent_slice, ELOOP, answer);
}

TEST(extent, zero_and_copy_fill_pages)
{
	cap_t a = kit_map(KIT_VA, 15);
	cap_t b = kit_map(KIT_VA + 0x100000, 15);

	for (unsigned i = 0; i < 8; i++)
		at(KIT_VA)[512 * i] = i + 1;
	EXPECT_OK(os_extent_copy(b, a, 2, 4, 3));
	EXPECT_EQ(at(KIT_VA + 0x101000)[0], 0);
	EXPECT_EQ(at(KIT_VA + 0x102000)[0], 5);
	EXPECT_EQ(at(KIT_VA + 0x104000)[0], 7);
	EXPECT_EQ(at(KIT_VA + 0x105000)[0], 0);
	EXPECT_OK(os_extent_zero(a, 1, 2));
	EXPECT_EQ(at(KIT_VA)[0], 1);
	EXPECT_EQ(at(KIT_VA + 0x1000)[0], 0);
	EXPECT_EQ(at(KIT_VA + 0x2000)[0], 0);
	EXPECT_EQ(at(KIT_VA + 0x3000)[0], 4);
}

static cap_t device_extent(void)
{
	for (uint32_t i = 0; i < os_boot->untyped_count; i++) {
		cap_t slot = kit_slot();

		if (!os_boot->untyped[i].device || os_boot->untyped[i].size_log2 < 12)
			continue;
		kit_foreign(slot);
		EXPECT_OK(os_untyped_retype(BOOT_SLOT_FIRST_UNTYPED + i, OBJ_EXTENT, 12, 1, SELF, slot));
		return slot;
	}
	return CAP_NONE;
}

TEST(extent, zero_and_copy_refuse)
{
	cap_t a = kit_make(OBJ_EXTENT, 13);
	cap_t weak = kit_copy(a, RIGHT_EXTENT_WRITE);
	cap_t device = device_extent();

	EXPECT_ERR(extent_zero, ERANGE, os_extent_zero(a, 1, 2));
	EXPECT_ERR(extent_zero, ENOTSUP, os_extent_zero(device, 0, 1));
	EXPECT_ERR(extent_copy, EBADF, os_extent_copy(a, kit_slot(), 0, 0, 1));
	EXPECT_ERR(extent_copy, EACCES, os_extent_copy(a, weak, 0, 0, 1));
	EXPECT_ERR(extent_copy, ERANGE, os_extent_copy(a, a, 0, 2, 1));
	EXPECT_ERR(extent_copy, ERANGE, os_extent_copy(a, a, 1, 0, 2));
	EXPECT_ERR(extent_copy, ENOTSUP, os_extent_copy(a, device, 0, 0, 1));
	EXPECT_ERR(extent_copy, ENOTSUP, os_extent_copy(device, a, 0, 0, 1));
}

TEST(extent, phys_needs_its_right)
{
	cap_t extent = kit_make(OBJ_EXTENT, 14);
	cap_t slice = kit_slot(), weak = kit_copy(extent, RIGHTS_ALL & ~RIGHT_EXTENT_PHYS);
	int64_t phys = os_extent_phys(extent);

	EXPECT_OK(phys);
	EXPECT_EQ(phys & 0x3fff, 0);
	EXPECT_OK(os_extent_slice(extent, 2, 12, slice));
	EXPECT_EQ(os_extent_phys(slice), phys + 0x2000);
	EXPECT_EQ(os_extent_phys(weak), -EACCES);
}

TEST(extent, a_copy_has_a_mapping_of_its_own)
{
	cap_t extent = kit_map(KIT_VA, 12);
	cap_t copy = kit_copy(extent, RIGHTS_ALL);

	EXPECT_OK(os_extent_map(copy, MINE, KIT_VA + 0x200000, 0, 1, PROT_READ));
	at(KIT_VA)[9] = 99;
	EXPECT_EQ(at(KIT_VA + 0x200000)[9], 99);
	EXPECT_OK(os_cspace_delete(SELF, copy));
	EXPECT(!kit_readable(KIT_VA + 0x200000));
	EXPECT_EQ(at(KIT_VA)[9], 99);
}
