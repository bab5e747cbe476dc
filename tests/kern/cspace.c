/* SPDX-License-Identifier: 0BSD */
/* cspace.c: capability tables: copying, deriving, moving, deleting, flags, clone and drop. */
#include "lib/kit.h"

#define SELF CAP_SELF_CSPACE

/* What a slot holds. */
static uint64_t type_of(cap_t cspace, cap_t slot)
{
	struct os_words out;

	return os_cspace_info(cspace, slot, &out) < 0 ? OBJ_NONE : out.w[0] & 0xff;
}

static uint64_t rights_of(cap_t slot)
{
	struct os_words out;

	return os_cspace_info(SELF, slot, &out) < 0 ? 0 : out.w[0] >> 8 & 0xff;
}

static uint64_t flags_of(cap_t slot)
{
	struct os_words out;

	return os_cspace_info(SELF, slot, &out) < 0 ? 0 : out.w[0] >> 16 & 0xff;
}

static int64_t copy(cap_t from, cap_t to) { return os_cspace_copy(SELF, SELF, from, to, to, RIGHTS_ALL, 0); }

static int64_t derive(cap_t from, cap_t to) { return os_cspace_derive(SELF, SELF, from, to, to, RIGHTS_ALL, 0); }

/* A second CSpace with PAGES pages of slots. */
static cap_t make_cspace(unsigned pages)
{
	cap_t cspace = kit_make(OBJ_CSPACE, 12);

	for (unsigned i = 0; i < pages; i++)
		EXPECT_OK(os_cspace_feed(cspace, kit_make(OBJ_UNTYPED, 12)));
	return cspace;
}

TEST(cspace, copy_takes_the_lowest_free_slot)
{
	cap_t event = kit_event();
	cap_t first = kit_slots(8);

	EXPECT_EQ(os_cspace_copy(SELF, SELF, event, first, first + 7, RIGHTS_ALL, 0), first);
	EXPECT_EQ(os_cspace_copy(SELF, SELF, event, first, first + 7, RIGHTS_ALL, 0), first + 1);
	EXPECT_OK(os_cspace_delete(SELF, first));
	EXPECT_EQ(os_cspace_copy(SELF, SELF, event, first, first + 7, RIGHTS_ALL, 0), first);
	EXPECT_EQ(type_of(SELF, first + 1), OBJ_EVENT);
	EXPECT_EQ(type_of(SELF, first + 2), OBJ_NONE);
}

TEST(cspace, copy_drops_rights_and_never_adds)
{
	cap_t event = kit_event();
	cap_t weak = kit_copy(event, RIGHT_EVENT_SIGNAL);
	cap_t again = kit_copy(weak, RIGHTS_ALL);

	EXPECT_EQ(rights_of(weak), RIGHT_EVENT_SIGNAL);
	EXPECT_EQ(rights_of(again), RIGHT_EVENT_SIGNAL);
}

TEST(cspace, copy_sets_slot_flags)
{
	cap_t event = kit_event();
	cap_t slot = kit_slot();

	EXPECT_EQ(os_cspace_copy(SELF, SELF, event, slot, slot, RIGHTS_ALL, SLOT_CLOEXEC), slot);
	EXPECT_EQ(flags_of(slot), SLOT_CLOEXEC);
	EXPECT_EQ(flags_of(event), 0);
}

TEST(cspace, copy_refuses)
{
	cap_t event = kit_event();
	cap_t slot = kit_slot();
	cap_t untyped = kit_make(OBJ_UNTYPED, 12);
	cap_t other = make_cspace(0);
	cap_t blind = kit_copy(other, RIGHT_CSPACE_WRITE);

	EXPECT_ERR(cspace_copy, EBADF, copy(slot, slot));
	EXPECT_ERR(cspace_copy, EBADF, os_cspace_copy(SELF, event, event, slot, slot, RIGHTS_ALL, 0));
	EXPECT_ERR(cspace_copy, EACCES, os_cspace_copy(SELF, blind, event, slot, slot, RIGHTS_ALL, 0));
	EXPECT_ERR(cspace_copy, EINVAL, copy(untyped, slot));
	EXPECT_ERR(cspace_copy, EINVAL, os_cspace_copy(SELF, SELF, event, slot + 1, slot, RIGHTS_ALL, 0));
	EXPECT_ERR(cspace_copy, EINVAL, os_cspace_copy(SELF, SELF, event, slot, slot, RIGHTS_ALL, 0x80));
	EXPECT_ERR(cspace_copy, EMFILE, copy(event, event));
	EXPECT_ERR(cspace_copy, ENOMEM, os_cspace_copy(other, SELF, event, 0, 0, RIGHTS_ALL, 0));
	EXPECT_EQ(type_of(SELF, slot), OBJ_NONE);
}

TEST(cspace, a_missing_page_is_asked_for)
{
	struct os_words words = {{SELF, kit_event(), 0, 0, RIGHTS_ALL, 0}};
	cap_t other = make_cspace(0);

	EXPECT_EQ(os_call_words(os_call_rax(SYS_cspace_copy, 0, other), &words), -ENOMEM);
	EXPECT_EQ(words.w[0], 1);
}

TEST(cspace, copies_are_siblings_and_outlive_their_source)
{
	cap_t event = kit_event();
	cap_t other = kit_copy(event, RIGHTS_ALL);

	EXPECT_OK(os_cspace_revoke(SELF, event));
	EXPECT_EQ(type_of(SELF, other), OBJ_EVENT);
	EXPECT_OK(os_cspace_delete(SELF, event));
	EXPECT_EQ(type_of(SELF, other), OBJ_EVENT);
}

TEST(cspace, derived_ones_go_with_their_source)
{
	cap_t event = kit_event();
	cap_t child = kit_slots(3);

	EXPECT_EQ(derive(event, child), child);
	EXPECT_EQ(derive(child, child + 1), child + 1);
	EXPECT_EQ(copy(child + 1, child + 2), child + 2);
	EXPECT_OK(os_cspace_revoke(SELF, child));
	EXPECT_EQ(type_of(SELF, child), OBJ_EVENT);
	EXPECT_EQ(type_of(SELF, child + 1), OBJ_NONE);
	EXPECT_EQ(type_of(SELF, child + 2), OBJ_NONE);
	EXPECT_EQ(derive(child, child + 1), child + 1);
	EXPECT_OK(os_cspace_delete(SELF, child));
	EXPECT_EQ(type_of(SELF, child + 1), OBJ_NONE);
	EXPECT_EQ(type_of(SELF, event), OBJ_EVENT);
}

TEST(cspace, derive_refuses)
{
	cap_t event = kit_event();
	cap_t slot = kit_slot();
	cap_t other = make_cspace(0);
	cap_t blind = kit_copy(other, RIGHT_CSPACE_WRITE);

	EXPECT_ERR(cspace_derive, EBADF, derive(slot, slot));
	EXPECT_ERR(cspace_derive, EACCES, os_cspace_derive(SELF, blind, event, slot, slot, RIGHTS_ALL, 0));
	EXPECT_ERR(cspace_derive, EINVAL, derive(kit_make(OBJ_UNTYPED, 12), slot));
	EXPECT_ERR(cspace_derive, EMFILE, derive(event, event));
	EXPECT_ERR(cspace_derive, ENOMEM, os_cspace_derive(other, SELF, event, 5, 5, RIGHTS_ALL, 0));
}

TEST(cspace, derivation_has_a_limit)
{
	cap_t event = kit_event();
	cap_t pair = kit_slots(2);
	int64_t answer = 0;
	unsigned depth;

	cap_t link = event;
	cap_t first = kit_slots(200);

	for (depth = 0; depth < 200 && answer >= 0; depth++) {
		answer = derive(link, first + depth);
		link = first + depth;
	}
	EXPECT_ERR(cspace_derive, ELOOP, answer);
	EXPECT(depth > 100 && depth <= 128);
	EXPECT_EQ(copy(first, pair), pair);
}

TEST(cspace, move_keeps_everything)
{
	cap_t event = kit_event();
	cap_t child = kit_slot();
	cap_t there = kit_slot();

	EXPECT_EQ(derive(event, child), child);
	EXPECT_OK(os_cspace_move(SELF, SELF, event, there, 0));
	EXPECT_EQ(type_of(SELF, event), OBJ_NONE);
	EXPECT_EQ(type_of(SELF, there), OBJ_EVENT);
	EXPECT_OK(os_cspace_revoke(SELF, there));
	EXPECT_EQ(type_of(SELF, child), OBJ_NONE);
}

TEST(cspace, move_refuses)
{
	cap_t event = kit_event();
	cap_t other = make_cspace(0);
	cap_t blind = kit_copy(other, RIGHT_CSPACE_READ);
	cap_t slot = kit_slot();

	EXPECT_ERR(cspace_move, EBADF, os_cspace_move(SELF, SELF, slot, slot, 0));
	EXPECT_ERR(cspace_move, EACCES, os_cspace_move(SELF, blind, event, slot, 0));
	EXPECT_ERR(cspace_move, EINVAL, os_cspace_move(SELF, SELF, event, slot, 0x80));
	EXPECT_ERR(cspace_move, EINVAL, os_cspace_move(SELF, SELF, event, 0x00ffffff, 0));
	EXPECT_ERR(cspace_move, EEXIST, os_cspace_move(SELF, SELF, event, other, 0));
	EXPECT_ERR(cspace_move, ENOMEM, os_cspace_move(other, SELF, event, 0, 0));
	EXPECT_EQ(type_of(SELF, event), OBJ_EVENT);
}

TEST(cspace, replace_puts_aside_what_was_there)
{
	cap_t event = kit_event();
	cap_t timer = kit_make(OBJ_TIMER, 8);
	cap_t old = kit_slot();
	cap_t empty = kit_slot();

	EXPECT_EQ(os_cspace_replace(SELF, timer, event, old), 1);
	EXPECT_EQ(type_of(SELF, timer), OBJ_EVENT);
	EXPECT_EQ(type_of(SELF, old), OBJ_TIMER);
	EXPECT_EQ(type_of(SELF, event), OBJ_EVENT);
	EXPECT_EQ(os_cspace_replace(SELF, empty, event, kit_slot()), 0);
	EXPECT_EQ(type_of(SELF, empty), OBJ_EVENT);
}

TEST(cspace, replace_refuses)
{
	cap_t event = kit_event();
	cap_t slot = kit_slot();
	cap_t other = make_cspace(1);

	EXPECT_ERR(cspace_replace, EBADF, os_cspace_replace(SELF, event, slot, slot));
	EXPECT_ERR(cspace_replace, EINVAL, os_cspace_replace(SELF, 0x00ffffff, event, slot));
	EXPECT_ERR(cspace_replace, EEXIST, os_cspace_replace(SELF, other, event, event));
	/* Slot 0 is in the page that was fed, slot 128 would need another. */
	EXPECT_EQ(os_cspace_copy(other, SELF, event, 0, 0, RIGHTS_ALL, 0), 0);
	EXPECT_ERR(cspace_replace, ENOMEM, os_cspace_replace(other, 128, 0, 1));
}

TEST(cspace, delete_empties_and_is_quiet_about_empty_slots)
{
	cap_t event = kit_event();

	EXPECT_OK(os_cspace_delete(SELF, event));
	EXPECT_EQ(type_of(SELF, event), OBJ_NONE);
	EXPECT_OK(os_cspace_delete(SELF, event));
	EXPECT_ERR(cspace_delete, EINVAL, os_cspace_delete(SELF, 0x00ffffff));
}

TEST(cspace, revoke_refuses_an_empty_slot) { EXPECT_ERR(cspace_revoke, EBADF, os_cspace_revoke(SELF, kit_slot())); }

TEST(cspace, flags_are_set_and_answered)
{
	cap_t event = kit_event();

	EXPECT_EQ(os_cspace_flags(SELF, event, SLOT_CLOEXEC), 0);
	EXPECT_EQ(os_cspace_flags(SELF, event, SLOT_CLOFORK), SLOT_CLOEXEC);
	EXPECT_EQ(flags_of(event), SLOT_CLOFORK);
	EXPECT_ERR(cspace_flags, EINVAL, os_cspace_flags(SELF, event, 0x10));
	EXPECT_ERR(cspace_flags, EBADF, os_cspace_flags(SELF, kit_slot(), 0));
}

TEST(cspace, clone_copies_a_range_to_the_same_numbers)
{
	cap_t from = make_cspace(1);
	cap_t to = make_cspace(1);
	cap_t event = kit_event();

	for (cap_t i = 3; i < 90; i += 3)
		EXPECT_EQ(os_cspace_copy(from, SELF, event, i, i, RIGHTS_ALL, i == 30 ? SLOT_CLOFORK : 0), i);
	EXPECT_OK(os_cspace_move(from, SELF, kit_make(OBJ_UNTYPED, 12), 1, 0));
	EXPECT_EQ(os_cspace_clone(to, from, 0, 127), 28);
	EXPECT_EQ(type_of(to, 3), OBJ_EVENT);
	EXPECT_EQ(type_of(to, 30), OBJ_NONE);
	EXPECT_EQ(type_of(to, 1), OBJ_NONE);
	EXPECT_EQ(type_of(to, 87), OBJ_EVENT);
	EXPECT_EQ(type_of(from, 3), OBJ_EVENT);
}

TEST(cspace, clone_refuses)
{
	cap_t from = make_cspace(1);
	cap_t to = make_cspace(1);
	cap_t none = make_cspace(0);
	cap_t event = kit_event();
	cap_t blind = kit_copy(from, RIGHT_CSPACE_WRITE);

	EXPECT_EQ(os_cspace_copy(from, SELF, event, 5, 5, RIGHTS_ALL, 0), 5);
	EXPECT_ERR(cspace_clone, EBADF, os_cspace_clone(to, event, 0, 9));
	EXPECT_ERR(cspace_clone, EACCES, os_cspace_clone(to, blind, 0, 9));
	EXPECT_ERR(cspace_clone, EINVAL, os_cspace_clone(to, from, 9, 0));
	EXPECT_ERR(cspace_clone, ENOMEM, os_cspace_clone(none, from, 0, 9));
	EXPECT_EQ(os_cspace_clone(to, from, 0, 9), 1);
	EXPECT_EQ(os_cspace_clone(to, from, 0, 9), 0); /* what is taken is left alone */
}

TEST(cspace, drop_deletes_what_has_the_flag)
{
	cap_t event = kit_event();
	cap_t first = kit_slots(20);

	for (cap_t i = 0; i < 20; i++)
		EXPECT_OK(
		    os_cspace_copy(SELF, SELF, event, first + i, first + i, RIGHTS_ALL, i % 4 ? 0 : SLOT_CLOEXEC));
	EXPECT_EQ(os_cspace_drop(SELF, SLOT_CLOEXEC, first, first + 9), 3);
	EXPECT_EQ(type_of(SELF, first), OBJ_NONE);
	EXPECT_EQ(type_of(SELF, first + 1), OBJ_EVENT);
	EXPECT_EQ(type_of(SELF, first + 12), OBJ_EVENT);
	EXPECT_ERR(cspace_drop, EINVAL, os_cspace_drop(SELF, SLOT_CLOEXEC, first + 1, first));
	EXPECT_ERR(cspace_drop, EINVAL, os_cspace_drop(SELF, 0x40, first, first + 1));
}

TEST(cspace, feed_refuses)
{
	cap_t other = make_cspace(0);
	cap_t untyped = kit_make(OBJ_UNTYPED, 13);
	cap_t page = kit_slot();

	EXPECT_ERR(cspace_feed, EBADF, os_cspace_feed(other, kit_slot()));
	EXPECT_ERR(cspace_feed, EBADF, os_cspace_feed(other, kit_event()));
	EXPECT_ERR(cspace_feed, EINVAL, os_cspace_feed(other, kit_make(OBJ_UNTYPED, 8)));
	EXPECT_OK(os_untyped_retype(untyped, OBJ_UNTYPED, 12, 1, SELF, page));
	EXPECT_ERR(cspace_feed, EBUSY, os_cspace_feed(other, untyped));
	for (unsigned i = 0; i < 16; i++)
		EXPECT_OK(os_cspace_feed(other, kit_make(OBJ_UNTYPED, 12)));
	EXPECT_ERR(cspace_feed, ENOSPC, os_cspace_feed(other, page));
}

TEST(cspace, revoking_what_was_fed_ends_the_table)
{
	cap_t cspace = kit_make(OBJ_CSPACE, 12);
	cap_t page = kit_make(OBJ_UNTYPED, 12);
	cap_t event = kit_event();
	struct os_words out;

	EXPECT_OK(os_cspace_feed(cspace, page));
	EXPECT_EQ(type_of(SELF, page), OBJ_FED);
	EXPECT_EQ(os_cspace_copy(cspace, SELF, event, 7, 7, RIGHTS_ALL, 0), 7);
	EXPECT_OK(os_cspace_revoke(SELF, page));
	EXPECT_EQ(type_of(SELF, page), OBJ_UNTYPED);
	EXPECT_ERR(cspace_info, EBADF, os_cspace_info(cspace, 7, &out));
}

TEST(cspace, tables_that_hold_each_other_can_be_destroyed)
{
	cap_t a = make_cspace(1);
	cap_t b = make_cspace(1);

	EXPECT_EQ(os_cspace_copy(a, SELF, b, 1, 1, RIGHTS_ALL, 0), 1);
	EXPECT_EQ(os_cspace_copy(b, SELF, a, 1, 1, RIGHTS_ALL, 0), 1);
	EXPECT_EQ(os_cspace_copy(a, SELF, a, 2, 2, RIGHTS_ALL, 0), 2);
	EXPECT_OK(os_cspace_delete(SELF, a));
	EXPECT_OK(os_cspace_delete(SELF, b));
}

TEST(cspace, info_tells_type_size_and_children)
{
	cap_t untyped = kit_make(OBJ_UNTYPED, 14);
	struct os_words out;

	ASSERT_OK(os_cspace_info(SELF, untyped, &out));
	EXPECT_EQ(out.w[0] & 0xff, OBJ_UNTYPED);
	EXPECT_EQ(out.w[0] >> 24 & 0xff, 14);
	EXPECT_EQ(out.w[3], 0);
	EXPECT_OK(os_untyped_retype(untyped, OBJ_EVENT, 8, 1, SELF, kit_slot()));
	ASSERT_OK(os_cspace_info(SELF, untyped, &out));
	EXPECT_EQ(out.w[3], 1);
	EXPECT_EQ(out.w[4], 256);
}
