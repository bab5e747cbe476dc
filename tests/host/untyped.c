/* SPDX-License-Identifier: 0BSD */
/* untyped.c: tests of making objects out of memory. */
#include "host/caps.h"

#include "mm/extent.h"
#include "host/harness.h"

/* ---- retype
 * -------------------------------------------------------------------------------------- */

TEST(untyped, objects_are_aligned_and_do_not_overlap)
{
	caps_begin();
	EXPECT_EQ(make(OBJ_EVENT, 8, EVENT), 0);
	EXPECT_EQ(make(OBJ_EXTENT, 14, EXTENT), 0);
	EXPECT_EQ(CALL(untyped_retype, 0, OBJ_SCHED, 9, 64, SELF, FREE), 0);
	EXPECT_EQ(extent_base(at(EXTENT)), at(0)->base + 0x4000);
	EXPECT_EQ(at(0)->watermark, 0x8000 + 64 * 512);
	EXPECT_EQ(host_objects(OBJ_SCHED), 64);
	host_caps_check();
	caps_end();
}

TEST(untyped, retype_refuses)
{
	caps_begin();
	EXPECT_EQ(CALL(untyped_retype, 0, OBJ_NONE, 12, 1, SELF, FREE), -EINVAL);
	EXPECT_EQ(CALL(untyped_retype, 0, OBJ_FED, 12, 1, SELF, FREE), -EINVAL);
	EXPECT_EQ(CALL(untyped_retype, 0, OBJ_TYPES, 12, 1, SELF, FREE), -EINVAL);
	EXPECT_EQ(CALL(untyped_retype, 0, OBJ_THREAD, 13, 1, SELF, FREE), -EINVAL);
	EXPECT_EQ(CALL(untyped_retype, 0, OBJ_THREAD, 11, 1, SELF, FREE), -EINVAL);
	EXPECT_EQ(CALL(untyped_retype, 0, OBJ_EVENT, 8, 0, SELF, FREE), -EINVAL);
	EXPECT_EQ(CALL(untyped_retype, 0, OBJ_EVENT, 8, 65, SELF, FREE), -E2BIG);
	EXPECT_EQ(CALL(untyped_retype, 0, OBJ_EVENT, 8, 2, SELF, ~0u), -EINVAL);
	EXPECT_EQ(CALL(untyped_retype, 0, OBJ_EXTENT, HOST_ROOT_LOG2 + 1, 1, SELF, FREE), -ENOSPC);
	EXPECT_EQ(CALL(untyped_retype, 0, OBJ_EXTENT, HOST_ROOT_LOG2 - 1, 3, SELF, FREE), -ENOSPC);
	EXPECT_EQ(CALL(untyped_retype, 0, OBJ_EVENT, 8, 4, SELF, 2), -EEXIST);
	EXPECT_EQ(CALL(untyped_retype, HOST_DEVICE, OBJ_EVENT, 8, 1, SELF, FREE), -ENOTSUP);
	EXPECT_EQ(CALL(untyped_retype, FREE, OBJ_EVENT, 8, 1, SELF, FREE), -EBADF);
	EXPECT_EQ(make(OBJ_CSPACE, 12, TABLE), 0);
	EXPECT_EQ(CALL(untyped_retype, 0, OBJ_EVENT, 8, 1, TABLE, 0), -ENOMEM);
	EXPECT_EQ(host_objects(OBJ_EVENT), 0);
	EXPECT_EQ(CALL(untyped_retype, HOST_DEVICE, OBJ_EXTENT, 12, 1, SELF, FREE), 0);
	EXPECT(!extent_is_ram(at(FREE)));
	caps_end();
}

TEST(untyped, large_objects_are_cleared_piece_by_piece)
{
	unsigned restarts = 0;

	caps_begin();
	host_preempt = always;
	while (PIECE(&caller, untyped_retype, 0, OBJ_CSPACE, 16, 1, SELF, TABLE) == SYS_RESTART) {
		restarts++;
		EXPECT_EQ(at(TABLE)->type, OBJ_RAW);
		EXPECT_EQ(PIECE(&other, untyped_reset, 0, 0), -EBUSY);
		host_caps_check();
	}
	EXPECT_EQ(restarts, 15);
	EXPECT_EQ(at(TABLE)->type, OBJ_CSPACE);
	caps_end();
}

TEST(untyped, what_a_retype_left_can_be_deleted_and_begun_again)
{
	caps_begin();
	host_preempt = always;
	EXPECT_EQ(PIECE(&caller, untyped_retype, 0, OBJ_CSPACE, 14, 2, SELF, TABLE), SYS_RESTART);
	EXPECT_EQ(PIECE(&other, cspace_delete, SELF, TABLE), 0);
	EXPECT_EQ(CALL(untyped_retype, 0, OBJ_CSPACE, 14, 2, SELF, TABLE), 0);
	EXPECT_EQ(host_objects(OBJ_CSPACE), 3);
	EXPECT_EQ(at(0)->watermark, 3 << 14);
	caps_end();
}

TEST(untyped, a_slot_taken_meanwhile_ends_the_call)
{
	caps_begin();
	EXPECT_EQ(make(OBJ_EVENT, 8, EVENT), 0);
	host_preempt = always;
	EXPECT_EQ(PIECE(&caller, untyped_retype, 0, OBJ_SCHED, 9, 3, SELF, FREE), SYS_RESTART);
	EXPECT_EQ(PIECE(&other, cspace_move, SELF, SELF, EVENT, FREE + 1, 0), 0);
	EXPECT_EQ(CALL(untyped_retype, 0, OBJ_SCHED, 9, 3, SELF, FREE), -EEXIST);
	EXPECT_EQ(host_objects(OBJ_SCHED), 1);
	caps_end();
}

TEST(untyped, reset_waits_until_nothing_is_derived)
{
	caps_begin();
	EXPECT_EQ(make(OBJ_UNTYPED, 14, PARENT), 0);
	EXPECT_EQ(make_from(PARENT, OBJ_EVENT, 8, EVENT), 0);
	EXPECT_EQ(CALL(untyped_reset, PARENT), -EBUSY);
	EXPECT_EQ(CALL(cspace_delete, SELF, PARENT), 0); /* revokes first */
	EXPECT_EQ(host_objects(OBJ_EVENT), 0);
	EXPECT_EQ(CALL(untyped_reset, 0), 0);
	EXPECT_EQ(at(0)->watermark, 0);
	caps_end();
}
