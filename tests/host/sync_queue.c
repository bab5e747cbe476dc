/* SPDX-License-Identifier: 0BSD */
/* sync_queue.c: tests of kern/ipc/sync_queue: order, queues that move between waiters, lending;
 * random operations against a plain list. */
#include "ipc/sync_queue.h"

#include "host/harness.h"

#include <string.h>

#define WAITERS 64
#define PLACES	5
#define OWNERS	3

static const struct sync_key here = {2, 0x1000}, there = {2, 0x1004};

TEST(sync_queue, nobody_waits_at_first) { EXPECT(sync_queue_find(&here) == NULL); }

TEST(sync_queue, most_urgent_is_first_and_equals_in_order)
{
	struct sync_waiter w[4] = {0};
	struct sync_queue *q;

	sync_queue_join(&w[0], &here, 10);
	sync_queue_join(&w[1], &here, 20);
	sync_queue_join(&w[2], &here, 20);
	q = sync_queue_join(&w[3], &there, 99);
	EXPECT(sync_queue_find(&there) == q && sync_queue_first(q) == &w[3]);
	q = sync_queue_find(&here);
	for (int i = 1; i <= 3; i++) {
		EXPECT(sync_queue_first(q) == &w[i % 3]);
		q = sync_queue_leave(&w[i % 3]);
	}
	EXPECT(q == NULL && sync_queue_find(&here) == NULL);
	sync_queue_leave(&w[3]);
}

TEST(sync_queue, who_comes_later_can_be_left_out)
{
	struct sync_waiter w[5] = {0};
	uint64_t since;

	EXPECT(!sync_queue_first_before(&here, sync_queue_now()));
	sync_queue_join(&w[0], &here, 10);
	sync_queue_join(&w[1], &here, 20);
	since = sync_queue_now();
	sync_queue_join(&w[2], &here, 20);
	sync_queue_join(&w[3], &here, 30);
	sync_queue_join(&w[4], &here, 0);
	EXPECT(sync_queue_first_before(&here, since) == &w[1]);
	sync_queue_leave(&w[1]);
	sync_queue_join(&w[1], &here, 255);
	EXPECT(sync_queue_first_before(&here, since) == &w[0]);
	sync_queue_leave(&w[0]);
	EXPECT(!sync_queue_first_before(&here, since));
	EXPECT(sync_queue_first_before(&here, sync_queue_now()) == &w[1]);
	for (int i = 1; i < 5; i++)
		sync_queue_leave(&w[i]);
	/* The queue is a new one: those who waited before are no newcomers to it, and the others are. */
	sync_queue_join(&w[0], &here, 10);
	EXPECT(!sync_queue_first_before(&here, since));
	sync_queue_leave(&w[0]);
}

TEST(sync_queue, spaces_are_apart)
{
	struct sync_waiter w[2] = {0};
	const struct sync_key other = {3, here.place};

	sync_queue_join(&w[0], &here, 1);
	EXPECT(sync_queue_find(&other) == NULL);
	sync_queue_join(&w[1], &other, 2);
	EXPECT(sync_queue_first(sync_queue_find(&here)) == &w[0]);
	EXPECT(sync_queue_first(sync_queue_find(&other)) == &w[1]);
	sync_queue_leave(&w[0]);
	sync_queue_leave(&w[1]);
}

TEST(sync_queue, owner_is_lent_the_highest_priority_of_all_its_queues)
{
	struct sync_waiter w[4] = {0};
	struct tree owner = {0}, heir = {0};

	EXPECT_EQ(sync_queue_lent_priority(&owner), 0);
	sync_queue_lend(sync_queue_join(&w[0], &here, 10), &owner);
	sync_queue_lend(sync_queue_join(&w[1], &there, 30), &owner);
	sync_queue_lend(sync_queue_join(&w[2], &here, 50), &owner);
	EXPECT_EQ(sync_queue_lent_priority(&owner), 50);
	sync_queue_leave(&w[0]); /* the queue was in there */
	EXPECT_EQ(sync_queue_lent_priority(&owner), 50);
	sync_queue_reorder(&w[2], 20);
	EXPECT_EQ(sync_queue_lent_priority(&owner), 30);
	sync_queue_lend(sync_queue_find(&there), &heir);
	EXPECT_EQ(sync_queue_lent_priority(&owner), 20);
	EXPECT_EQ(sync_queue_lent_priority(&heir), 30);
	sync_queue_leave(&w[2]);
	sync_queue_leave(&w[1]);
	EXPECT(tree_empty(&owner) && tree_empty(&heir));
}

/* The reference: what each waiter waits for, with which priority, and since when. */
struct reference {
	struct sync_waiter waiter;
	int place; /* -1: does not wait */
	uint8_t priority;
	uint64_t since;
};

static struct reference ref[WAITERS];

static struct sync_key place_key(int place)
{
	return (struct sync_key){4 + (uint64_t)place % 2, 0x2000 + 4 * ((uint64_t)place / 2)};
}

static int expected_first(int place)
{
	int best = -1;

	for (int i = 0; i < WAITERS; i++) {
		if (ref[i].place != place)
			continue;
		if (best < 0 || ref[i].priority > ref[best].priority ||
		    (ref[i].priority == ref[best].priority && ref[i].since < ref[best].since))
			best = i;
	}
	return best;
}

static bool agrees(const struct tree owners[], const int owner_of[])
{
	uint8_t lent[OWNERS] = {0};

	for (int place = 0; place < PLACES; place++) {
		struct sync_key key = place_key(place);
		struct sync_queue *q = sync_queue_find(&key);
		int first = expected_first(place);

		if ((q == NULL) != (first < 0))
			return false;
		if (!q)
			continue;
		if (sync_queue_first(q) != &ref[first].waiter || !tree_valid(&q->waiters))
			return false;
		if (owner_of[place] >= 0 && lent[owner_of[place]] < ref[first].priority)
			lent[owner_of[place]] = ref[first].priority;
	}
	for (int i = 0; i < OWNERS; i++) {
		if (sync_queue_lent_priority(&owners[i]) != lent[i] || !tree_valid(&owners[i]))
			return false;
	}
	return true;
}

/* One random step; priorities only change for one waiter at a time, so that order among equals
 * stays known. */
static void random_step(struct tree owners[], int owner_of[], uint64_t now)
{
	struct reference *r = &ref[host_random() % WAITERS];
	int place = r->place;
	struct sync_queue *q;
	struct sync_key key;

	if (place < 0) {
		r->place = (int)(host_random() % PLACES);
		r->priority = (uint8_t)(host_random() % 6);
		r->since = now;
		key = place_key(r->place);
		q = sync_queue_join(&r->waiter, &key, r->priority);
		if (!q->lent_to)
			owner_of[r->place] = -1;
		if (host_random() % 2) {
			owner_of[r->place] = (int)(host_random() % OWNERS);
			sync_queue_lend(q, &owners[owner_of[r->place]]);
		}
	} else if (host_random() % 3) {
		r->place = -1;
		q = sync_queue_leave(&r->waiter);
		if (!q)
			owner_of[place] = -1;
	} else {
		r->priority = (uint8_t)(host_random() % 6);
		sync_queue_reorder(&r->waiter, r->priority);
	}
}

TEST(sync_queue, random_operations_agree_with_a_list)
{
	struct tree owners[OWNERS] = {0};
	int owner_of[PLACES];

	memset(ref, 0, sizeof(ref));
	memset(owner_of, 0xff, sizeof(owner_of));
	for (int i = 0; i < WAITERS; i++)
		ref[i].place = -1;
	for (uint64_t i = 0; i < 20000; i++) {
		random_step(owners, owner_of, i);
		REQUIRE(agrees(owners, owner_of));
	}
	for (int i = 0; i < WAITERS; i++) {
		if (ref[i].place >= 0)
			sync_queue_leave(&ref[i].waiter);
		ref[i].place = -1;
	}
	EXPECT(agrees(owners, owner_of));
}
