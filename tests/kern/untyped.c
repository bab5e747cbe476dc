/* SPDX-License-Identifier: 0BSD */
/* untyped.c: making objects out of memory and getting the memory back. */
#include "lib/kit.h"

#include <abi/boot.h>

#define SELF CAP_SELF_CSPACE

static int64_t retype(cap_t untyped, enum object_type type, uint32_t size_log2, cap_t slot)
{
	return os_untyped_retype(untyped, type, size_log2, 1, SELF, slot);
}

TEST(untyped, every_type_can_be_made_in_all_its_sizes)
{
	static const struct {
		uint8_t type, min, max;
	} sizes[] = {
#define OBJECT(NAME, name, min_log2, max_log2, description) {OBJ_##NAME, min_log2, max_log2},
#include <abi/object.def>
#undef OBJECT
	};

	for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		cap_t untyped = kit_make(OBJ_UNTYPED, 18);
		cap_t slot = kit_slot();

		for (uint32_t size = sizes[i].min; size && size <= sizes[i].max && size <= 18; size++) {
			EXPECT_OK(retype(untyped, sizes[i].type, size, slot));
			EXPECT_OK(os_cspace_delete(SELF, slot));
			EXPECT_OK(os_untyped_reset(untyped));
		}
		EXPECT_ERR(untyped_retype, EINVAL, retype(untyped, sizes[i].type, sizes[i].max + 1u, slot));
		if (sizes[i].min)
			EXPECT_ERR(untyped_retype, EINVAL, retype(untyped, sizes[i].type, sizes[i].min - 1u, slot));
	}
}

TEST(untyped, many_are_made_at_once)
{
	cap_t untyped = kit_make(OBJ_UNTYPED, 14);
	cap_t first = kit_slots(64);
	struct os_words out;

	EXPECT_OK(os_untyped_retype(untyped, OBJ_EVENT, 8, 64, SELF, first));
	ASSERT_OK(os_cspace_info(SELF, first + 63, &out));
	EXPECT_EQ(out.w[0] & 0xff, OBJ_EVENT);
	EXPECT_ERR(untyped_retype, ENOSPC, retype(untyped, OBJ_EVENT, 8, kit_slot()));
}

TEST(untyped, retype_refuses)
{
	cap_t untyped = kit_make(OBJ_UNTYPED, 14);
	cap_t slot = kit_slot();
	cap_t event = kit_event();
	cap_t cspace = kit_make(OBJ_CSPACE, 12);
	cap_t frozen = kit_copy(cspace, RIGHT_CSPACE_READ);

	EXPECT_ERR(untyped_retype, EBADF, os_untyped_retype(untyped, OBJ_EVENT, 8, 1, event, slot));
	EXPECT_ERR(untyped_retype, EACCES, os_untyped_retype(untyped, OBJ_EVENT, 8, 1, frozen, 0));
	EXPECT_ERR(untyped_retype, EINVAL, retype(untyped, OBJ_NONE, 8, slot));
	EXPECT_ERR(untyped_retype, EINVAL, retype(untyped, OBJ_CONNECTION, 8, slot));
	EXPECT_ERR(untyped_retype, EINVAL, retype(untyped, (enum object_type)200, 12, slot));
	EXPECT_ERR(untyped_retype, EINVAL, os_untyped_retype(untyped, OBJ_EVENT, 8, 0, SELF, slot));
	EXPECT_ERR(untyped_retype, E2BIG, os_untyped_retype(untyped, OBJ_EVENT, 8, 65, SELF, slot));
	EXPECT_ERR(untyped_retype, ENOSPC, retype(untyped, OBJ_EXTENT, 15, slot));
	EXPECT_ERR(untyped_retype, EEXIST, retype(untyped, OBJ_EVENT, 8, event));
	EXPECT_ERR(untyped_retype, ENOMEM, os_untyped_retype(untyped, OBJ_EVENT, 8, 1, cspace, 0));
	EXPECT_OK(os_untyped_reset(untyped));
}

TEST(untyped, splitting_has_a_limit)
{
	/* Untypeds of the same size in each other: the chain of derivation grows, memory does not.
	 */
	cap_t first = kit_slots(200);
	cap_t link = kit_make(OBJ_UNTYPED, 12);
	int64_t answer = 0;

	for (unsigned depth = 0; depth < 200 && answer >= 0; depth++) {
		answer = retype(link, OBJ_UNTYPED, 12, first + depth);
		link = first + depth;
	}
	EXPECT_ERR(untyped_retype, ELOOP, answer);
}

TEST(untyped, device_memory_makes_no_objects)
{
	for (uint32_t i = 0; i < os_boot->untyped_count; i++) {
		cap_t untyped = BOOT_SLOT_FIRST_UNTYPED + i;
		cap_t slot = kit_slot();

		if (!os_boot->untyped[i].device || os_boot->untyped[i].size_log2 < 12)
			continue;
		EXPECT_OK(os_untyped_reset(untyped));
		EXPECT_ERR(untyped_retype, ENOTSUP, retype(untyped, OBJ_EVENT, 8, slot));
		EXPECT_OK(retype(untyped, OBJ_EXTENT, 12, slot));
		EXPECT_OK(os_cspace_delete(SELF, slot));
		EXPECT_OK(os_untyped_reset(untyped));
		return;
	}
	EXPECT(!"there is device memory");
}

TEST(untyped, reset_waits_for_all_that_was_derived)
{
	cap_t untyped = kit_make(OBJ_UNTYPED, 14);
	cap_t event = kit_slot();
	cap_t other;
	struct os_words out;

	EXPECT_OK(retype(untyped, OBJ_EVENT, 8, event));
	other = kit_copy(event, RIGHTS_ALL);
	EXPECT_ERR(untyped_reset, EBUSY, os_untyped_reset(untyped));
	EXPECT_OK(os_cspace_delete(SELF, event));
	EXPECT_ERR(untyped_reset, EBUSY, os_untyped_reset(untyped));
	EXPECT_OK(os_cspace_delete(SELF, other));
	EXPECT_OK(os_untyped_reset(untyped));
	ASSERT_OK(os_cspace_info(SELF, untyped, &out));
	EXPECT_EQ(out.w[4], 0);
}

TEST(untyped, revoke_destroys_whole_trees)
{
	cap_t root = kit_make(OBJ_UNTYPED, 20);
	cap_t part = kit_slots(16);
	cap_t leaf = kit_slots(16 * 32);

	EXPECT_OK(os_untyped_retype(root, OBJ_UNTYPED, 16, 16, SELF, part));
	for (cap_t i = 0; i < 16; i++)
		EXPECT_OK(os_untyped_retype(part + i, OBJ_ENDPOINT, 10, 32, SELF, leaf + 32 * i));
	EXPECT_OK(os_cspace_revoke(SELF, root));
	EXPECT_OK(os_untyped_reset(root));
	EXPECT_OK(os_untyped_retype(root, OBJ_EXTENT, 20, 1, SELF, part));
}

TEST(untyped, objects_are_made_of_zeroes)
{
	uint64_t *memory = (uint64_t *)KIT_VA;
	cap_t untyped = kit_make(OBJ_UNTYPED, 12);
	cap_t slot = kit_slot();
	struct os_words out;

	EXPECT_OK(retype(untyped, OBJ_EXTENT, 12, slot));
	EXPECT_OK(os_extent_map(slot, CAP_SELF_VSPACE, KIT_VA, 0, 1, PROT_READ | PROT_WRITE));
	for (unsigned i = 0; i < 512; i++)
		memory[i] = ~0ull;
	EXPECT_OK(os_cspace_delete(SELF, slot));
	EXPECT_OK(os_untyped_reset(untyped));
	EXPECT_OK(retype(untyped, OBJ_THREAD, 12, slot));
	ASSERT_OK(os_thread_info(slot, &out));
	EXPECT_EQ(out.w[THREAD_INFO_STATE] & 0xff, THREAD_INACTIVE);
	EXPECT_EQ(out.w[THREAD_INFO_TIME_NS], 0);
}
