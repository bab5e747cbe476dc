/* SPDX-License-Identifier: 0BSD */
/* vspace.c: address spaces: feeding, protecting ranges, dirty pages, and their end. */
#include "lib/kit.h"

#define SELF CAP_SELF_CSPACE
#define MINE CAP_SELF_VSPACE
#define RW   (PROT_READ | PROT_WRITE)

static volatile uint64_t *at(uint64_t va) { return (volatile uint64_t *)va; }

static uint64_t info(cap_t vspace, unsigned word)
{
	struct os_words out;

	EXPECT_OK(os_vspace_info(vspace, &out));
	return out.w[word];
}

TEST(vspace, tables_come_from_what_was_fed_and_go_back)
{
	cap_t space = kit_make(OBJ_VSPACE, 13);
	cap_t extent = kit_make(OBJ_EXTENT, 14);

	EXPECT_EQ(info(space, 0), 0);
	EXPECT_EQ(info(space, 1), 0);
	EXPECT_OK(os_vspace_feed(space, kit_make(OBJ_UNTYPED, 14)));
	EXPECT_EQ(info(space, 1), 4);
	EXPECT_OK(os_extent_map(extent, space, KIT_VA, 0, 4, RW));
	EXPECT_EQ(info(space, 0), 3);
	EXPECT_EQ(info(space, 1), 1);
	EXPECT_OK(os_extent_unmap(extent, 0, 4));
	EXPECT_EQ(info(space, 0), 0);
	EXPECT_EQ(info(space, 1), 4);
}

TEST(vspace, feed_refuses)
{
	cap_t space = kit_make(OBJ_VSPACE, 13);
	cap_t untyped = kit_make(OBJ_UNTYPED, 13);
	cap_t part = kit_slot();

	EXPECT_ERR(vspace_feed, EBADF, os_vspace_feed(space, kit_slot()));
	EXPECT_ERR(vspace_feed, EINVAL, os_vspace_feed(space, kit_make(OBJ_UNTYPED, 9)));
	EXPECT_OK(os_untyped_retype(untyped, OBJ_UNTYPED, 12, 1, SELF, part));
	EXPECT_ERR(vspace_feed, EBUSY, os_vspace_feed(space, untyped));
	for (unsigned i = 0; i < 16; i++)
		EXPECT_OK(os_vspace_feed(space, kit_make(OBJ_UNTYPED, 12)));
	EXPECT_ERR(vspace_feed, ENOSPC, os_vspace_feed(space, part));
}

TEST(vspace, protect_narrows_and_restores)
{
	cap_t extent = kit_map(KIT_VA, 14);

	at(KIT_VA)[0] = 1;
	EXPECT_OK(os_vspace_protect(MINE, KIT_VA, 4, PROT_READ));
	EXPECT_EQ(at(KIT_VA)[0], 1);
	EXPECT(!kit_writable(KIT_VA));
	EXPECT_OK(os_vspace_protect(MINE, KIT_VA, 4, RW));
	EXPECT(kit_writable(KIT_VA));
	at(KIT_VA)[0] = 2;
	EXPECT_OK(os_extent_unmap(extent, 0, 4));
}

TEST(vspace, protect_refuses)
{
	cap_t space = kit_make(OBJ_VSPACE, 13);
	cap_t extent = kit_make(OBJ_EXTENT, 21);

	EXPECT_ERR(vspace_protect, EINVAL, os_vspace_protect(MINE, KIT_VA + 1, 1, PROT_READ));
	EXPECT_ERR(vspace_protect, EINVAL, os_vspace_protect(MINE, KIT_VA, 1, 0x100));
	EXPECT_ERR(vspace_protect, ERANGE, os_vspace_protect(MINE, 0x7fffffffe000, 2, PROT_READ));
	EXPECT_ERR(vspace_protect, ERANGE, os_vspace_protect(MINE, KIT_VA, ~0ull, PROT_READ));
	EXPECT_OK(os_vspace_feed(space, kit_make(OBJ_UNTYPED, 13)));
	EXPECT_OK(os_extent_map(extent, space, KIT_VA, 0, 512, RW));
	EXPECT_ERR(vspace_protect, ENOMEM, os_vspace_protect(space, KIT_VA, 1, PROT_READ));
}

TEST(vspace, dirty_pages_are_told_and_cleared)
{
	struct os_words out;

	kit_map(KIT_VA, 15);
	EXPECT_OK(os_vspace_dirty(MINE, KIT_VA, 8, 1, &out));
	at(KIT_VA + 0x2000)[0] = 1;
	at(KIT_VA + 0x5000)[0] = 1;
	EXPECT_OK(os_vspace_dirty(MINE, KIT_VA, 8, 0, &out));
	EXPECT_EQ(out.w[0], 0x24);
	EXPECT_OK(os_vspace_dirty(MINE, KIT_VA, 8, 1, &out));
	EXPECT_EQ(out.w[0], 0x24);
	EXPECT_OK(os_vspace_dirty(MINE, KIT_VA, 8, 1, &out));
	EXPECT_EQ(out.w[0], 0);
	at(KIT_VA + 0x2000)[0] = 2;
	EXPECT_OK(os_vspace_dirty(MINE, KIT_VA, 8, 1, &out));
	EXPECT_EQ(out.w[0], 4);
}

TEST(vspace, dirty_refuses)
{
	struct os_words out;

	EXPECT_ERR(vspace_dirty, EINVAL, os_vspace_dirty(MINE, KIT_VA + 5, 1, 0, &out));
	EXPECT_ERR(vspace_dirty, EINVAL, os_vspace_dirty(MINE, KIT_VA, 65, 0, &out));
	EXPECT_ERR(vspace_dirty, ERANGE, os_vspace_dirty(MINE, 0x7fffffffe000, 64, 0, &out));
}

static uint64_t seen;

static void look(void *arg) { seen = *at((uint64_t)arg); }

TEST(vspace, threads_see_their_own_space)
{
	cap_t space = kit_space();
	cap_t here = kit_map(KIT_VA, 12);
	cap_t there = kit_make(OBJ_EXTENT, 12);

	(void)here;
	EXPECT_OK(os_extent_zero(there, 0, 1));
	EXPECT_OK(os_extent_map(there, space, KIT_VA, 0, 1, RW));
	at(KIT_VA)[0] = 5;
	seen = 1;
	EXPECT(kit_join(kit_thread_with(&(struct kit_how){.vspace = space}, look, (void *)KIT_VA)));
	EXPECT_EQ(seen, 0);
	EXPECT(kit_join(kit_thread(look, (void *)KIT_VA)));
	EXPECT_EQ(seen, 5);
}

TEST(vspace, unmapping_is_seen_by_other_processors)
{
	cap_t extent = kit_map(KIT_VA, 12);
	cap_t other = kit_make(OBJ_EXTENT, 12);

	EXPECT_OK(os_extent_zero(other, 0, 1));
	at(KIT_VA)[0] = 1;
	for (uint32_t cpu = 0; cpu < os_boot->cpu_count; cpu++) {
		EXPECT(kit_join(kit_thread_with(&(struct kit_how){.cpu = cpu}, look, (void *)KIT_VA)));
		EXPECT_EQ(seen, 1);
	}
	EXPECT_OK(os_extent_unmap(extent, 0, 1));
	EXPECT_OK(os_extent_map(other, MINE, KIT_VA, 0, 1, RW));
	for (uint32_t cpu = 0; cpu < os_boot->cpu_count; cpu++) {
		EXPECT(kit_join(kit_thread_with(&(struct kit_how){.cpu = cpu}, look, (void *)KIT_VA)));
		EXPECT_EQ(seen, 0);
	}
}

static void spin(void *arg)
{
	for (;;)
		kit_write(arg, 1);
}

TEST(vspace, its_end_stops_its_threads)
{
	static uint32_t flag;
	cap_t space = kit_space();
	uint32_t last = os_boot->cpu_count - 1;
	struct kit_thread *t =
	    kit_thread_with(&(struct kit_how){.vspace = space, .cpu = last, .priority = KIT_PRIORITY - 1}, spin, &flag);

	EXPECT(kit_wait_for(&flag, 1));
	EXPECT_OK(os_cspace_delete(SELF, space));
	EXPECT_EQ(kit_state(t), THREAD_READY); /* but it can run no more */
	kit_write(&flag, 0);
	kit_pause();
	EXPECT_EQ(kit_read(&flag), 0);
}

TEST(vspace, a_mapping_record_does_not_outlive_the_space)
{
	cap_t space = kit_make(OBJ_VSPACE, 13);
	cap_t extent = kit_make(OBJ_EXTENT, 12);

	EXPECT_OK(os_vspace_feed(space, kit_make(OBJ_UNTYPED, 14)));
	EXPECT_OK(os_extent_map(extent, space, KIT_VA, 0, 1, RW));
	EXPECT_OK(os_cspace_delete(SELF, space));
	EXPECT_OK(os_extent_map(extent, MINE, KIT_VA, 0, 1, RW));
	at(KIT_VA)[0] = 1;
}
