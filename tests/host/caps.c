/* SPDX-License-Identifier: 0BSD */
/* caps.c - slots, CSpaces, Untypeds and the ends of objects, through the real calls. */
#include <string.h>
#include "api/table.h"
#include "host/check/all.h"
#include "host/fuzz/caps.h"
#include "host/harness.h"
#include "host/shim/caps.h"
#include "lib/bits.h"
#include "mm/extent.h"

#define SELF CAP_SELF_CSPACE

static struct thread caller, other;

/* What goes where in the root CSpace; below are the world's Untypeds. */
enum { EVENT = 8, COPY, CHILD, TABLE, FEED, PARENT, SPACE, EXTENT, ENDPOINT, FREE = 32 };

static bool always(void) { return true; }

static void begin(void)
{
	host_caps_begin();
	memset(&caller, 0, sizeof(caller));
	memset(&other, 0, sizeof(other));
	host_bind(&caller, host_root);
	host_bind(&other, host_root);
}

static void end(void)
{
	host_bind(&caller, NULL);
	host_bind(&other, NULL);
	EXPECT(host_caps_end());
}

#define CALL(call, slot, ...) host_call_all(&caller, SYS_##call, slot, (uint64_t[6]){__VA_ARGS__})
/* One piece of a call. */
#define PIECE(thread, call, slot, ...) host_call(thread, SYS_##call, slot, (uint64_t[6]){__VA_ARGS__})

static struct slot *at(cap_t index) { return cspace_slot(host_root, index); }

static int64_t make_from(cap_t untyped, unsigned type, unsigned size_log2, cap_t to)
{
	return CALL(untyped_retype, untyped, type, size_log2, 1, SELF, to);
}

static int64_t make(unsigned type, unsigned size_log2, cap_t to) { return make_from(0, type, size_log2, to); }

static int64_t copy(cap_t from, cap_t to) { return CALL(cspace_copy, SELF, SELF, from, to, to, RIGHTS_ALL, 0); }

static int64_t derive(cap_t from, cap_t to) { return CALL(cspace_derive, SELF, SELF, from, to, to, RIGHTS_ALL, 0); }

/* A CSpace in TABLE, fed with one page in FEED, both made from the Untyped PARENT. */
static struct cspace *make_table(void)
{
	EXPECT_EQ(make(OBJ_UNTYPED, 16, PARENT), 0);
	EXPECT_EQ(make_from(PARENT, OBJ_CSPACE, 12, TABLE), 0);
	EXPECT_EQ(make_from(PARENT, OBJ_UNTYPED, 12, FEED), 0);
	EXPECT_EQ(CALL(cspace_feed, TABLE, FEED), 0);
	return cspace_of_object(at(TABLE)->object);
}

/* ---- capability tables
 * --------------------------------------------------------------------------- */

TEST(cspace, copy_lands_in_the_lowest_free_slot)
{
	begin();
	EXPECT_EQ(make(OBJ_EVENT, 8, EVENT), 0);
	EXPECT_EQ(CALL(cspace_copy, SELF, SELF, EVENT, 0, 400, RIGHTS_ALL, 0), HOST_DEVICE + 1);
	EXPECT_EQ(CALL(cspace_copy, SELF, SELF, EVENT, EVENT, 400, RIGHT_EVENT_SIGNAL, SLOT_CLOEXEC), COPY);
	EXPECT_EQ(at(COPY)->rights, RIGHT_EVENT_SIGNAL);
	EXPECT_EQ(at(COPY)->flags, SLOT_CLOEXEC);
	EXPECT_EQ(at(EVENT)->object->caps, 3);
	end();
}

TEST(cspace, copy_refuses)
{
	begin();
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
	end();
}

TEST(cspace, full_pages_are_skipped_in_one_step)
{
	struct cspace *cs;
	uint32_t count = 64 * SLOTS_PER_PAGE;

	begin();
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
	end();
}

TEST(cspace, what_is_derived_can_be_revoked)
{
	begin();
	EXPECT_EQ(make(OBJ_EVENT, 8, EVENT), 0);
	EXPECT_EQ(copy(EVENT, COPY), COPY);
	EXPECT_EQ(derive(EVENT, CHILD), CHILD);
	EXPECT_EQ(derive(CHILD, FREE), FREE);
	EXPECT_EQ(CALL(cspace_revoke, SELF, EVENT), 0);
	EXPECT(slot_empty(at(CHILD)) && slot_empty(at(FREE)));
	EXPECT_EQ(at(EVENT)->object->caps, 2);
	EXPECT_EQ(CALL(cspace_revoke, SELF, FREE), -EBADF);
	end();
}

TEST(cspace, derivation_has_a_limit)
{
	begin();
	EXPECT_EQ(make(OBJ_EVENT, 8, FREE), 0);
	for (cap_t i = 1; i < SLOT_DEPTH_MAX; i++)
		REQUIRE(derive(FREE + i - 1, FREE + i) == FREE + i);
	EXPECT_EQ(derive(FREE + SLOT_DEPTH_MAX - 1, 300), -ELOOP);
	EXPECT_EQ(CALL(cspace_delete, SELF, FREE), 0);
	EXPECT_EQ(host_objects(OBJ_EVENT), 0);
	end();
}

TEST(cspace, move_keeps_place_and_meaning)
{
	begin();
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
	end();
}

TEST(cspace, a_fed_slot_can_move)
{
	struct cspace *cs;

	begin();
	cs = make_table();
	EXPECT_EQ(CALL(cspace_move, TABLE, SELF, FEED, 7, 0), 0); /* even into what it feeds */
	EXPECT(cs->feeds.run[0].slot == cspace_slot(cs, 7));
	host_caps_check();
	EXPECT_EQ(CALL(cspace_delete, SELF, TABLE), 0);
	EXPECT(!slot_has_children(at(PARENT)));
	end();
}

TEST(cspace, replace_is_dup2)
{
	begin();
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
	end();
}

TEST(cspace, the_last_capability_ends_the_object)
{
	begin();
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
	end();
}

TEST(cspace, flags_select_what_is_dropped)
{
	begin();
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
	end();
}

TEST(cspace, clone_copies_what_can_be_copied)
{
	struct cspace *cs;

	begin();
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
	end();
}

TEST(cspace, info_tells_what_a_slot_holds)
{
	begin();
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
	end();
}

TEST(cspace, feed_refuses)
{
	begin();
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
	end();
}

TEST(feed, freed_pages_come_first_and_clear)
{
	struct feeds *f;
	uint64_t *page;

	begin();
	f = &make_table()->feeds;
	page = feed_page(f);
	REQUIRE(page);
	EXPECT(!feed_page(f));
	page[5] = 1;
	feed_free(f, page);
	EXPECT_EQ(feed_available(f), 1);
	EXPECT(feed_page(f) == page && page[0] == 0 && page[5] == 0);
	end();
}

/* ---- retype
 * -------------------------------------------------------------------------------------- */

TEST(untyped, objects_are_aligned_and_do_not_overlap)
{
	begin();
	EXPECT_EQ(make(OBJ_EVENT, 8, EVENT), 0);
	EXPECT_EQ(make(OBJ_EXTENT, 14, EXTENT), 0);
	EXPECT_EQ(CALL(untyped_retype, 0, OBJ_SCHED, 9, 64, SELF, FREE), 0);
	EXPECT_EQ(extent_base(at(EXTENT)), at(0)->base + 0x4000);
	EXPECT_EQ(at(0)->watermark, 0x8000 + 64 * 512);
	EXPECT_EQ(host_objects(OBJ_SCHED), 64);
	host_caps_check();
	end();
}

TEST(untyped, retype_refuses)
{
	begin();
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
	end();
}

TEST(untyped, large_objects_are_cleared_piece_by_piece)
{
	unsigned restarts = 0;

	begin();
	host_preempt = always;
	while (PIECE(&caller, untyped_retype, 0, OBJ_CSPACE, 16, 1, SELF, TABLE) == SYS_RESTART) {
		restarts++;
		EXPECT_EQ(at(TABLE)->type, OBJ_RAW);
		EXPECT_EQ(PIECE(&other, untyped_reset, 0, 0), -EBUSY);
		host_caps_check();
	}
	EXPECT_EQ(restarts, 15);
	EXPECT_EQ(at(TABLE)->type, OBJ_CSPACE);
	end();
}

TEST(untyped, what_a_retype_left_can_be_deleted_and_begun_again)
{
	begin();
	host_preempt = always;
	EXPECT_EQ(PIECE(&caller, untyped_retype, 0, OBJ_CSPACE, 14, 2, SELF, TABLE), SYS_RESTART);
	EXPECT_EQ(PIECE(&other, cspace_delete, SELF, TABLE), 0);
	EXPECT_EQ(CALL(untyped_retype, 0, OBJ_CSPACE, 14, 2, SELF, TABLE), 0);
	EXPECT_EQ(host_objects(OBJ_CSPACE), 3);
	EXPECT_EQ(at(0)->watermark, 3 << 14);
	end();
}

TEST(untyped, a_slot_taken_meanwhile_ends_the_call)
{
	begin();
	EXPECT_EQ(make(OBJ_EVENT, 8, EVENT), 0);
	host_preempt = always;
	EXPECT_EQ(PIECE(&caller, untyped_retype, 0, OBJ_SCHED, 9, 3, SELF, FREE), SYS_RESTART);
	EXPECT_EQ(PIECE(&other, cspace_move, SELF, SELF, EVENT, FREE + 1, 0), 0);
	EXPECT_EQ(CALL(untyped_retype, 0, OBJ_SCHED, 9, 3, SELF, FREE), -EEXIST);
	EXPECT_EQ(host_objects(OBJ_SCHED), 1);
	end();
}

TEST(untyped, reset_waits_until_nothing_is_derived)
{
	begin();
	EXPECT_EQ(make(OBJ_UNTYPED, 14, PARENT), 0);
	EXPECT_EQ(make_from(PARENT, OBJ_EVENT, 8, EVENT), 0);
	EXPECT_EQ(CALL(untyped_reset, PARENT), -EBUSY);
	EXPECT_EQ(CALL(cspace_delete, SELF, PARENT), 0); /* revokes first */
	EXPECT_EQ(host_objects(OBJ_EVENT), 0);
	EXPECT_EQ(CALL(untyped_reset, 0), 0);
	EXPECT_EQ(at(0)->watermark, 0);
	end();
}

/* ---- ends
 * ----------------------------------------------------------------------------------------- */

TEST(object, revoked_feed_leaves_a_dead_object)
{
	struct cspace *cs;

	begin();
	cs = make_table();
	EXPECT_EQ(make(OBJ_EVENT, 8, EVENT), 0);
	EXPECT_EQ(CALL(cspace_copy, TABLE, SELF, EVENT, 0, 9, RIGHTS_ALL, 0), 0);
	EXPECT_EQ(CALL(cspace_revoke, SELF, FEED), 0);
	EXPECT_EQ(at(FEED)->type, OBJ_UNTYPED);
	EXPECT_EQ(at(EVENT)->object->caps, 1);
	EXPECT(cs->object.dead && !cs->object.dying && cs->slots == 0);
	EXPECT_EQ(at(TABLE)->type, OBJ_CSPACE);
	EXPECT_EQ(CALL(cspace_copy, TABLE, SELF, EVENT, 0, 9, RIGHTS_ALL, 0), -EBADF);
	EXPECT_EQ(CALL(cspace_delete, SELF, FEED), 0);
	EXPECT_EQ(CALL(untyped_reset, PARENT), -EBUSY);
	EXPECT_EQ(CALL(cspace_delete, SELF, TABLE), 0);
	EXPECT_EQ(CALL(untyped_reset, PARENT), 0);
	end();
}

TEST(object, a_dying_object_is_finished_by_whoever_needs_it_gone)
{
	begin();
	make_table();
	for (unsigned i = 0; i < 8; i++) {
		EXPECT_EQ(make(OBJ_THREAD, 12, EVENT), 0);
		EXPECT_EQ(CALL(cspace_move, TABLE, SELF, EVENT, i, 0), 0);
	}
	host_preempt = always;
	EXPECT_EQ(PIECE(&caller, cspace_delete, SELF, TABLE), SYS_RESTART);
	EXPECT_EQ(at(TABLE)->type, OBJ_ZOMBIE);
	EXPECT_EQ(CALL(cspace_copy, TABLE, SELF, FEED, 0, 9, RIGHTS_ALL, 0), -EBADF);
	caller.progress = at(TABLE)->base + 1; /* as CALL above has cleared it */
	host_preempt = NULL;
	EXPECT_EQ(PIECE(&other, cspace_revoke, SELF, PARENT), 0);
	EXPECT(slot_empty(at(TABLE)));
	/* The number is used again before the first deleter comes back: that is not what it was to
	 * delete. */
	EXPECT_EQ(PIECE(&other, untyped_retype, 0, OBJ_EVENT, 8, 1, SELF, TABLE), 0);
	EXPECT_EQ(PIECE(&caller, cspace_delete, SELF, TABLE), 0);
	EXPECT_EQ(at(TABLE)->type, OBJ_EVENT);
	EXPECT_EQ(host_objects(OBJ_THREAD), 0);
	end();
}

TEST(object, two_may_revoke_overlapping_trees)
{
	begin();
	EXPECT_EQ(make(OBJ_UNTYPED, 16, PARENT), 0);
	EXPECT_EQ(CALL(untyped_retype, PARENT, OBJ_THREAD, 12, 6, SELF, FREE), 0);
	host_preempt = always;
	for (bool a = true, b = true; a || b;) {
		a = a && PIECE(&caller, cspace_revoke, SELF, 0) == SYS_RESTART;
		b = b && PIECE(&other, cspace_delete, SELF, PARENT) == SYS_RESTART;
		host_caps_check();
	}
	EXPECT(slot_empty(at(PARENT)) && !slot_has_children(at(0)));
	end();
}

TEST(object, a_cspace_that_holds_itself_ends_with_its_memory)
{
	struct cspace *cs;

	begin();
	cs = make_table();
	EXPECT_EQ(CALL(cspace_move, TABLE, SELF, FEED, 1, 0), 0);
	EXPECT_EQ(CALL(cspace_move, TABLE, SELF, TABLE, 0, 0), 0);
	EXPECT_EQ(cs->used, 2);
	host_preempt = always;
	EXPECT_EQ(CALL(cspace_revoke, SELF, PARENT), 0);
	EXPECT_EQ(host_objects(OBJ_CSPACE), 1);
	EXPECT_EQ(CALL(untyped_reset, PARENT), 0);
	end();
}

/* Two CSpaces with the last capability of each, and what both were made of, in the other. */
TEST(object, a_ring_of_cspaces_ends_with_its_memory)
{
	enum { A = 40, B = 41, FEED_A = 42, FEED_B = 43, HALF = 44 };

	begin();
	EXPECT_EQ(make(OBJ_UNTYPED, 16, PARENT), 0);
	EXPECT_EQ(make_from(PARENT, OBJ_UNTYPED, 15, HALF), 0);
	EXPECT_EQ(CALL(untyped_retype, HALF, OBJ_CSPACE, 12, 2, SELF, A), 0);
	EXPECT_EQ(CALL(untyped_retype, HALF, OBJ_UNTYPED, 12, 2, SELF, FEED_A), 0);
	EXPECT_EQ(CALL(cspace_feed, A, FEED_A), 0);
	EXPECT_EQ(CALL(cspace_feed, B, FEED_B), 0);
	EXPECT_EQ(copy(A, COPY), COPY);
	EXPECT_EQ(CALL(cspace_move, A, SELF, FEED_B, 3, 0), 0);
	EXPECT_EQ(CALL(cspace_move, B, SELF, FEED_A, 3, 0), 0);
	EXPECT_EQ(CALL(cspace_move, B, SELF, HALF, 4, 0), 0);
	EXPECT_EQ(CALL(cspace_move, A, SELF, B, 5, 0), 0);
	EXPECT_EQ(CALL(cspace_move, COPY, SELF, A, 6, 0), 0);
	host_preempt = always;
	EXPECT_EQ(CALL(cspace_delete, SELF, COPY), 0);
	EXPECT_EQ(host_objects(OBJ_CSPACE), 3); /* A holds itself: a cycle lives until its memory goes */
	EXPECT_EQ(CALL(cspace_revoke, SELF, PARENT), 0);
	EXPECT_EQ(host_objects(OBJ_CSPACE), 1);
	EXPECT_EQ(CALL(untyped_reset, PARENT), 0);
	end();
}

TEST(object, memory_under_a_parked_slot_is_not_handed_out)
{
	bool more = true;

	begin();
	EXPECT_EQ(make(OBJ_UNTYPED, 16, EVENT), 0);
	EXPECT_EQ(make_from(EVENT, OBJ_UNTYPED, 15, PARENT), 0);
	EXPECT_EQ(make_from(PARENT, OBJ_CSPACE, 12, TABLE), 0);
	EXPECT_EQ(make_from(PARENT, OBJ_UNTYPED, 12, FEED), 0);
	EXPECT_EQ(CALL(cspace_feed, TABLE, FEED), 0);
	/* The CSpace holds what it is made of, two levels up; the level between stays outside. */
	EXPECT_EQ(CALL(cspace_move, TABLE, SELF, EVENT, 0, 0), 0);
	host_preempt = always;
	while (more) {
		more = PIECE(&caller, cspace_delete, SELF, TABLE) == SYS_RESTART;
		host_caps_check();
		if (host_objects(OBJ_CSPACE) == 2 && at(PARENT)->type == OBJ_UNTYPED)
			EXPECT(slot_has_children(at(PARENT)));
	}
	EXPECT(slot_empty(at(PARENT)) && slot_empty(at(FEED)));
	EXPECT_EQ(host_objects(OBJ_CSPACE), 1);
	EXPECT_EQ(CALL(untyped_reset, 0), 0);
	end();
}

TEST(object, stacks_of_dying_cspaces_are_joined)
{
	enum { N = 4, NODE = 40 };

	begin();
	for (cap_t i = 0; i < N; i++) {
		EXPECT_EQ(make(OBJ_CSPACE, 12, NODE + 2 * i), 0);
		EXPECT_EQ(make(OBJ_UNTYPED, 12, NODE + 2 * i + 1), 0);
		EXPECT_EQ(CALL(cspace_feed, NODE + 2 * i, NODE + 2 * i + 1), 0);
		if (i > 0) /* each holds the one before */
			EXPECT_EQ(CALL(cspace_move, NODE + 2 * i, SELF, NODE + 2 * i - 2, 0, 0), 0);
	}
	/* In front of the zombie that the first call leaves another CSpace dies that holds it. */
	host_preempt = always;
	for (unsigned i = 0; i < 12; i++)
		EXPECT_EQ(PIECE(&other, cspace_delete, SELF, NODE + 2 * N - 2), SYS_RESTART);
	EXPECT_EQ(at(NODE + 2 * N - 2)->type, OBJ_ZOMBIE);
	make_table();
	EXPECT_EQ(CALL(cspace_move, TABLE, SELF, NODE + 2 * N - 2, 9, 0), 0);
	EXPECT_EQ(CALL(cspace_delete, SELF, TABLE), 0);
	EXPECT_EQ(host_objects(OBJ_CSPACE), 1);
	end();
}

TEST(object, a_thread_may_end_its_own_table)
{
	struct cspace *cs;

	begin();
	cs = make_table();
	EXPECT_EQ(CALL(cspace_move, TABLE, SELF, FEED, 1, 0), 0);
	EXPECT_EQ(CALL(cspace_move, TABLE, SELF, TABLE, 0, 0), 0);
	host_bind(&caller, cs);
	EXPECT_EQ(CALL(cspace_delete, SELF, 0), 0);
	EXPECT(!caller.cspace);
	EXPECT_EQ(host_objects(OBJ_CSPACE), 1);
	EXPECT(!slot_has_children(at(PARENT)));
	end();
}

TEST(object, a_mapped_extent_is_unmapped_before_it_goes)
{
	struct vspace *v;
	uint64_t progress = 0;

	begin();
	EXPECT_EQ(make(OBJ_VSPACE, 13, SPACE), 0);
	EXPECT_EQ(make(OBJ_UNTYPED, 15, FEED), 0);
	EXPECT_EQ(make(OBJ_EXTENT, 16, EXTENT), 0);
	v = vspace_of_object(at(SPACE)->object);
	EXPECT_EQ(vspace_feed(v, at(FEED)), 0);
	EXPECT_EQ(extent_map(at(EXTENT), v, 0x10000, 0, 16, PROT_READ, &progress), 0);
	EXPECT_EQ(v->tables, 3);
	EXPECT_EQ(copy(EXTENT, COPY), COPY);
	EXPECT_EQ(at(COPY)->map_vspace, 0); /* a copy is not mapped */
	host_preempt = always;
	EXPECT_EQ(CALL(cspace_delete, SELF, EXTENT), 0);
	EXPECT_EQ(v->tables, 0);
	end();
}

TEST(object, a_frame_forgets_its_thread)
{
	struct frame *f;
	uint16_t generation;

	begin();
	EXPECT_EQ(make(OBJ_THREAD, 12, EVENT), 0);
	f = frame_of(at(EVENT)->object);
	generation = f->generation;
	EXPECT_EQ(f->kind, FRAME_THREAD);
	EXPECT_EQ(CALL(cspace_delete, SELF, EVENT), 0);
	EXPECT_EQ(f->kind, FRAME_PLAIN);
	EXPECT(f->generation != generation);
	end();
}

TEST(object, connections_tell_their_last_capability_and_survive_as_dead)
{
	unsigned before;

	begin();
	before = host_disconnects;
	EXPECT_EQ(make(OBJ_ENDPOINT, 10, ENDPOINT), 0);
	EXPECT_EQ(make(OBJ_UNTYPED, 12, FEED), 0);
	EXPECT_EQ(feed_add(object_feeds(at(ENDPOINT)->object), at(ENDPOINT)->object, at(FEED)), 0);
	EXPECT_EQ(copy(EVENT, COPY), -EBADF);
	EXPECT_EQ(host_connect(at(ENDPOINT), at(EVENT)), 0);
	EXPECT_EQ(host_connect(at(ENDPOINT), at(FREE)), 0);
	EXPECT_EQ(copy(EVENT, COPY), COPY);
	EXPECT_EQ(derive(FREE, CHILD), CHILD);
	EXPECT_EQ(CALL(cspace_delete, SELF, EVENT), 0);
	EXPECT_EQ(host_disconnects, before);
	EXPECT_EQ(CALL(cspace_delete, SELF, COPY), 0);
	EXPECT_EQ(host_disconnects, before + 1);
	EXPECT_EQ(CALL(cspace_delete, SELF, ENDPOINT), 0);
	EXPECT(at(FREE)->type == OBJ_DEAD && at(CHILD)->type == OBJ_DEAD);
	EXPECT_EQ(copy(FREE, COPY), -EINVAL);
	EXPECT_EQ(CALL(cspace_delete, SELF, FREE), 0);
	EXPECT_EQ(host_objects(OBJ_CONNECTION), 0);
	end();
}

TEST(caps, random_operations_keep_every_invariant)
{
	for (uint64_t seed = 1; seed <= 10; seed++)
		EXPECT(fuzz_caps(seed, 1500));
}
