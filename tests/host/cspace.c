/* SPDX-License-Identifier: 0BSD */
/* cspace.c: tests of capability tables, and of what is fed to them. */
#include "host/caps.h"

#include "host/harness.h"

/* ---- capability tables
 * --------------------------------------------------------------------------- */

TEST(cspace, copy_lands_in_the_lowest_free_slot)
{
	caps_begin();
	EXPECT_EQ(make(OBJ_EVENT, 8, EVENT), 0);
	EXPECT_EQ(CALL(cspace_copy, SELF, SELF, EVENT, 0, 400, RIGHTS_ALL, 0), HOST_DEVICE + 1);
	EXPECT_EQ(CALL(cspace_copy, SELF, SELF, EVENT, EVENT, 400, RIGHT_EVENT_SIGNAL, SLOT_CLOEXEC), COPY);
	EXPECT_EQ(at(COPY)->rights, RIGHT_EVENT_SIGNAL);
	EXPECT_EQ(at(COPY)->flags, SLOT_CLOEXEC);
	EXPECT_EQ(at(EVENT)->object->caps, 3);
	caps_end();
}

TEST(cspace, copy_refuses)
{
	caps_begin();
	EXPECT_EQ(make(OBJ_EVENT, 8, EVENT), 0);
	EXPECT_EQ(make(OBJ_CSPACE, 12, TABLE), 0);
	EXPECT_EQ(CALL(cspace_copy, TABLE, SELF, EVENT, 0, 9, RIGHTS_ALL, 0), -ENOMEM);
	EXPECT_EQ(caller.regs.w[0], 1);
	EXPECT_EQ(CALL(cspace_copy, SELF, EVENT, EVENT, 0, 9, RIGHTS_ALL, 0), -EBADF);
	EXPECT_EQ(CALL(cspace_copy, SELF, SELF, FREE, 0, 9, RIGHTS_ALL, 0), -EBADF);
	EXPECT_EQ(CALL(cspace_copy, SELF, SELF, 0, 0, 9, RIGHTS_ALL, 0), -EINVAL);
	EXPECT_EQ(CALL(cspace_copy, SELF, SELF, EVENT, 9, 8, RIGHTS_ALL, 0), -EINVAL);
	EXPECT_EQ(CALL(cspace_copy, SELF, SELF, EVENT, 9, 9, RIGHTS_ALL, 4), -EINVAL);
	EXPECT_EQ(CALL(cspace_copy, SELF, SELF, EVENT, EVENT, EVENT, RIGHTS_ALL, 0), -EMFILE);
	EXPECT_EQ(CALL(cspace_copy, SELF, SELF, EVENT, 1u << 30, ~0u, RIGHTS_ALL, 0), -EMFILE);
	EXPECT_EQ(CALL(cspace_copy, SELF, SELF, TABLE, COPY, COPY, RIGHT_CSPACE_READ, 0), COPY);
	EXPECT_EQ(CALL(cspace_copy, COPY, SELF, EVENT, 0, 9, RIGHTS_ALL, 0), -EACCES);
	EXPECT_EQ(at(EVENT)->object->caps, 1);
	caps_end();
}

TEST(cspace, full_pages_are_skipped_in_one_step)
{
	struct cspace *cs;
	uint32_t count = 64 * SLOTS_PER_PAGE;

	caps_begin();
	EXPECT_EQ(make(OBJ_EVENT, 8, EVENT), 0);
	EXPECT_EQ(make(OBJ_CSPACE, 13, TABLE), 0);
	EXPECT_EQ(make_from(1, OBJ_UNTYPED, 19, FEED), 0);
	EXPECT_EQ(CALL(cspace_feed, TABLE, FEED), 0);
	cs = cspace_of_object(at(TABLE)->object);
	for (uint32_t i = 0; i < count; i++)
		REQUIRE(CALL(cspace_copy, TABLE, SELF, EVENT, 0, ~0u, RIGHTS_ALL, 0) == i);
	EXPECT_EQ(cs->some_free[0], 0);
	EXPECT_EQ(CALL(cspace_copy, TABLE, SELF, EVENT, 5, count - 1, RIGHTS_ALL, 0), -EMFILE);
	EXPECT_EQ(CALL(cspace_copy, TABLE, SELF, EVENT, 5, ~0u, RIGHTS_ALL, 0), count);
	EXPECT_EQ(CALL(cspace_delete, TABLE, 777), 0);
	EXPECT_EQ(CALL(cspace_copy, TABLE, SELF, EVENT, 5, ~0u, RIGHTS_ALL, 0), 777);
	EXPECT_EQ(cs->used, count + 1);
	EXPECT_EQ(CALL(cspace_copy, TABLE, SELF, EVENT, cs->slots - 1, ~0u, RIGHTS_ALL, 0), cs->slots - 1);
	EXPECT_EQ(CALL(cspace_copy, TABLE, SELF, EVENT, cs->slots - 1, ~0u, RIGHTS_ALL, 0), -EMFILE);
	host_caps_check();
	caps_end();
}

TEST(cspace, what_is_derived_can_be_revoked)
{
	caps_begin();
	EXPECT_EQ(make(OBJ_EVENT, 8, EVENT), 0);
	EXPECT_EQ(copy(EVENT, COPY), COPY);
	EXPECT_EQ(derive(EVENT, CHILD), CHILD);
	EXPECT_EQ(derive(CHILD, FREE), FREE);
	EXPECT_EQ(CALL(cspace_revoke, SELF, EVENT), 0);
	EXPECT(slot_empty(at(CHILD)) && slot_empty(at(FREE)));
	EXPECT_EQ(at(EVENT)->object->caps, 2);
	EXPECT_EQ(CALL(cspace_revoke, SELF, FREE), -EBADF);
	caps_end();
}

TEST(cspace, derivation_has_a_limit)
{
	caps_begin();
	EXPECT_EQ(make(OBJ_EVENT, 8, FREE), 0);
	for (cap_t i = 1; i < SLOT_DEPTH_MAX; i++)
		REQUIRE(derive(FREE + i - 1, FREE + i) == FREE + i);
	EXPECT_EQ(derive(FREE + SLOT_DEPTH_MAX - 1, 300), -ELOOP);
	EXPECT_EQ(CALL(cspace_delete, SELF, FREE), 0);
	EXPECT_EQ(host_objects(OBJ_EVENT), 0);
	caps_end();
}

TEST(cspace, move_keeps_place_and_meaning)
{
	caps_begin();
	EXPECT_EQ(make(OBJ_EVENT, 8, EVENT), 0);
	EXPECT_EQ(derive(EVENT, CHILD), CHILD);
	EXPECT_EQ(CALL(cspace_move, SELF, SELF, EVENT, FREE, SLOT_CLOFORK), 0);
	EXPECT(slot_empty(at(EVENT)) && slot_has_children(at(FREE)));
	EXPECT_EQ(at(FREE)->flags, SLOT_CLOFORK);
	EXPECT_EQ(CALL(cspace_move, SELF, SELF, EVENT, 50, 0), -EBADF);
	EXPECT_EQ(CALL(cspace_move, SELF, SELF, FREE, CHILD, 0), -EEXIST);
	EXPECT_EQ(CALL(cspace_move, SELF, SELF, FREE, FREE, 0), -EEXIST);
	EXPECT_EQ(CALL(cspace_move, SELF, SELF, FREE, 50, 8), -EINVAL);
	EXPECT_EQ(CALL(cspace_move, SELF, SELF, FREE, 1u << 30, 0), -EINVAL);
	caps_end();
}

TEST(cspace, a_fed_slot_can_move)
{
	struct cspace *cs;

	caps_begin();
	cs = make_table();
	EXPECT_EQ(CALL(cspace_move, TABLE, SELF, FEED, 7, 0), 0); /* even into what it feeds */
	EXPECT(cs->feeds.run[0].slot == cspace_slot(cs, 7));
	host_caps_check();
	EXPECT_EQ(CALL(cspace_delete, SELF, TABLE), 0);
	EXPECT(!slot_has_children(at(PARENT)));
	caps_end();
}

TEST(cspace, replace_is_dup2)
{
	caps_begin();
	EXPECT_EQ(make(OBJ_EVENT, 8, EVENT), 0);
	EXPECT_EQ(make(OBJ_TIMER, 8, FREE), 0);
	EXPECT_EQ(CALL(cspace_replace, SELF, COPY, EVENT, CAP_NONE), 0);
	EXPECT_EQ(CALL(cspace_replace, SELF, FREE, EVENT, CHILD), 1);
	EXPECT_EQ(at(CHILD)->type, OBJ_TIMER);
	EXPECT_EQ(at(FREE)->type, OBJ_EVENT);
	EXPECT_EQ(CALL(cspace_replace, SELF, FREE, FREE, 50), -EINVAL);
	EXPECT_EQ(CALL(cspace_replace, SELF, FREE, 51, 50), -EBADF);
	EXPECT_EQ(CALL(cspace_replace, SELF, FREE, 0, 50), -EINVAL);
	EXPECT_EQ(CALL(cspace_replace, SELF, FREE, CHILD, EVENT), -EEXIST);
	EXPECT_EQ(CALL(cspace_replace, SELF, FREE, CHILD, 1u << 30), -EINVAL);
	caps_end();
}

TEST(cspace, the_last_capability_ends_the_object)
{
	caps_begin();
	EXPECT_EQ(make(OBJ_THREAD, 12, EVENT), 0);
	EXPECT_EQ(at(EVENT)->max_priority, 255);
	EXPECT_EQ(copy(EVENT, COPY), COPY);
	EXPECT_EQ(CALL(cspace_delete, SELF, EVENT), 0);
	EXPECT_EQ(host_objects(OBJ_THREAD), 1);
	EXPECT_EQ(CALL(cspace_delete, SELF, COPY), 0);
	EXPECT_EQ(host_objects(OBJ_THREAD), 0);
	EXPECT_EQ(CALL(cspace_delete, SELF, COPY), 0); /* empty: nothing to do */
	EXPECT_EQ(CALL(cspace_delete, SELF, 1u << 30), -EINVAL);
	EXPECT_EQ(CALL(untyped_reset, 0), 0);
	caps_end();
}

TEST(cspace, flags_select_what_is_dropped)
{
	caps_begin();
	EXPECT_EQ(make(OBJ_EVENT, 8, EVENT), 0);
	EXPECT_EQ(copy(EVENT, COPY), COPY);
	EXPECT_EQ(copy(EVENT, FREE), FREE);
	EXPECT_EQ(CALL(cspace_flags, SELF, COPY, SLOT_CLOEXEC), 0);
	EXPECT_EQ(CALL(cspace_flags, SELF, COPY, SLOT_CLOEXEC | SLOT_CLOFORK), SLOT_CLOEXEC);
	EXPECT_EQ(CALL(cspace_flags, SELF, FREE, SLOT_CLOFORK), 0);
	EXPECT_EQ(CALL(cspace_flags, SELF, FREE, 4), -EINVAL);
	EXPECT_EQ(CALL(cspace_flags, SELF, 99, 0), -EBADF);
	EXPECT_EQ(CALL(cspace_drop, SELF, 0, 0, 99), -EINVAL);
	EXPECT_EQ(CALL(cspace_drop, SELF, 4, 0, 99), -EINVAL);
	EXPECT_EQ(CALL(cspace_drop, SELF, SLOT_CLOEXEC, 9, 8), -EINVAL);
	host_preempt = always;
	EXPECT_EQ(CALL(cspace_drop, SELF, SLOT_CLOEXEC, 0, ~0u), 1);
	EXPECT(slot_empty(at(COPY)) && !slot_empty(at(FREE)));
	EXPECT_EQ(CALL(cspace_drop, SELF, SLOT_CLOFORK, 0, ~0u), 1);
	caps_end();
}

TEST(cspace, clone_copies_what_can_be_copied)
{
	struct cspace *cs;

	caps_begin();
	cs = make_table();
	EXPECT_EQ(make(OBJ_EVENT, 8, EVENT), 0);
	EXPECT_EQ(copy(EVENT, COPY), COPY);
	EXPECT_EQ(copy(EVENT, 150), 150);
	EXPECT_EQ(CALL(cspace_flags, SELF, COPY, SLOT_CLOFORK), 0);
	EXPECT_EQ(CALL(cspace_flags, SELF, EVENT, SLOT_CLOEXEC), 0);
	EXPECT_EQ(CALL(cspace_clone, TABLE, SELF, 9, 8), -EINVAL);
	host_preempt = always;
	EXPECT_EQ(CALL(cspace_clone, TABLE, SELF, 0, ~0u), -ENOMEM); /* one page is not enough */
	EXPECT_EQ(make(OBJ_UNTYPED, 12, FREE), 0);
	EXPECT_EQ(CALL(cspace_feed, TABLE, FREE), 0);
	EXPECT_EQ(CALL(cspace_clone, TABLE, SELF, 0, ~0u), 1); /* what was cloned is left alone */
	EXPECT_EQ(cs->used, 3);				       /* two Events, and the CSpace itself */
	EXPECT_EQ(cspace_slot(cs, EVENT)->flags, SLOT_CLOEXEC);
	host_preempt = NULL;
	caps_end();
}

TEST(cspace, info_tells_what_a_slot_holds)
{
	caps_begin();
	EXPECT_EQ(make(OBJ_EVENT, 8, EVENT), 0);
	EXPECT_EQ(derive(EVENT, CHILD), CHILD);
	EXPECT_EQ(CALL(cspace_info, SELF, EVENT), 0);
	EXPECT_EQ(caller.regs.w[0], OBJ_EVENT | RIGHTS_ALL << 8 | 8u << 24);
	EXPECT_EQ(caller.regs.w[1], 1);
	EXPECT_EQ(caller.regs.w[2], 2);
	EXPECT_EQ(caller.regs.w[3], 1);
	EXPECT_EQ(CALL(cspace_info, SELF, 0), 0);
	EXPECT_EQ(caller.regs.w[4], 256);
	EXPECT_EQ(CALL(cspace_info, SELF, 99), -EBADF);
	caps_end();
}

TEST(cspace, feed_refuses)
{
	caps_begin();
	EXPECT_EQ(make(OBJ_CSPACE, 12, TABLE), 0);
	EXPECT_EQ(make(OBJ_UNTYPED, 11, FREE), 0);
	EXPECT_EQ(CALL(cspace_feed, TABLE, FREE), -EINVAL);
	EXPECT_EQ(CALL(cspace_feed, TABLE, HOST_DEVICE), -EINVAL);
	EXPECT_EQ(CALL(cspace_feed, TABLE, 0), -EBUSY);
	EXPECT_EQ(CALL(cspace_feed, TABLE, TABLE), -EBADF);
	for (cap_t i = 0; i < FEEDS_MAX; i++) {
		EXPECT_EQ(make(OBJ_UNTYPED, 12, 40 + i), 0);
		EXPECT_EQ(CALL(cspace_feed, TABLE, 40 + i), 0);
	}
	EXPECT_EQ(make(OBJ_UNTYPED, 12, FREE + 1), 0);
	EXPECT_EQ(CALL(cspace_feed, TABLE, FREE + 1), -ENOSPC);
	EXPECT_EQ(feed_available(&cspace_of_object(at(TABLE)->object)->feeds), FEEDS_MAX);
	caps_end();
}

TEST(feed, freed_pages_come_first_and_clear)
{
	struct feeds *f;
	uint64_t *page;

	caps_begin();
	f = &make_table()->feeds;
	page = feed_page(f);
	REQUIRE(page);
	EXPECT(!feed_page(f));
	page[5] = 1;
	feed_free(f, page);
	EXPECT_EQ(feed_available(f), 1);
	EXPECT(feed_page(f) == page && page[0] == 0 && page[5] == 0);
	caps_end();
}
