/* SPDX-License-Identifier: 0BSD */
/* object.c: tests of the ends of objects: helping, rings, stacks. */
#include "host/caps.h"

#include "mm/extent.h"
#include "host/harness.h"

/* ---- ends
 * ----------------------------------------------------------------------------------------- */

TEST(object, revoked_feed_leaves_a_dead_object)
{
	struct cspace *cs;

	caps_begin();
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
	caps_end();
}

TEST(object, a_dying_object_is_finished_by_whoever_needs_it_gone)
{
	caps_begin();
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
	caps_end();
}

TEST(object, two_may_revoke_overlapping_trees)
{
	caps_begin();
	EXPECT_EQ(make(OBJ_UNTYPED, 16, PARENT), 0);
	EXPECT_EQ(CALL(untyped_retype, PARENT, OBJ_THREAD, 12, 6, SELF, FREE), 0);
	host_preempt = always;
	for (bool a = true, b = true; a || b;) {
		a = a && PIECE(&caller, cspace_revoke, SELF, 0) == SYS_RESTART;
		b = b && PIECE(&other, cspace_delete, SELF, PARENT) == SYS_RESTART;
		host_caps_check();
	}
	EXPECT(slot_empty(at(PARENT)) && !slot_has_children(at(0)));
	caps_end();
}

TEST(object, a_cspace_that_holds_itself_ends_with_its_memory)
{
	struct cspace *cs;

	caps_begin();
	cs = make_table();
	EXPECT_EQ(CALL(cspace_move, TABLE, SELF, FEED, 1, 0), 0);
	EXPECT_EQ(CALL(cspace_move, TABLE, SELF, TABLE, 0, 0), 0);
	EXPECT_EQ(cs->used, 2);
	host_preempt = always;
	EXPECT_EQ(CALL(cspace_revoke, SELF, PARENT), 0);
	EXPECT_EQ(host_objects(OBJ_CSPACE), 1);
	EXPECT_EQ(CALL(untyped_reset, PARENT), 0);
	caps_end();
}

/* Two CSpaces with the last capability of each, and what both were made of, in the other. */
TEST(object, a_ring_of_cspaces_ends_with_its_memory)
{
	enum { A = 40, B = 41, FEED_A = 42, FEED_B = 43, HALF = 44 };

	caps_begin();
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
	caps_end();
}

TEST(object, memory_under_a_parked_slot_is_not_handed_out)
{
	bool more = true;

	caps_begin();
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
	caps_end();
}

TEST(object, stacks_of_dying_cspaces_are_joined)
{
	enum { N = 4, NODE = 40 };

	caps_begin();
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
	caps_end();
}

TEST(object, a_thread_may_end_its_own_table)
{
	struct cspace *cs;

	caps_begin();
	cs = make_table();
	EXPECT_EQ(CALL(cspace_move, TABLE, SELF, FEED, 1, 0), 0);
	EXPECT_EQ(CALL(cspace_move, TABLE, SELF, TABLE, 0, 0), 0);
	host_bind(&caller, cs);
	EXPECT_EQ(CALL(cspace_delete, SELF, 0), 0);
	EXPECT(!caller.cspace);
	EXPECT_EQ(host_objects(OBJ_CSPACE), 1);
	EXPECT(!slot_has_children(at(PARENT)));
	caps_end();
}

TEST(object, a_mapped_extent_is_unmapped_before_it_goes)
{
	struct vspace *v;
	uint64_t progress = 0;

	caps_begin();
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
	caps_end();
}

TEST(object, a_frame_forgets_its_thread)
{
	struct frame *f;
	uint16_t generation;

	caps_begin();
	EXPECT_EQ(make(OBJ_THREAD, 12, EVENT), 0);
	f = frame_of(at(EVENT)->object);
	generation = f->generation;
	EXPECT_EQ(f->kind, FRAME_THREAD);
	EXPECT_EQ(CALL(cspace_delete, SELF, EVENT), 0);
	EXPECT_EQ(f->kind, FRAME_PLAIN);
	EXPECT(f->generation != generation);
	caps_end();
}

TEST(object, connections_tell_their_last_capability_and_survive_as_dead)
{
	unsigned before;

	caps_begin();
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
	caps_end();
}
