/* SPDX-License-Identifier: 0BSD */
/* inherit_bound.c: a change of priority is passed on to INHERIT_MAX threads and no more.
 *
 * In each test LINKS threads, more than those, wait for each other: in a chain in which each waits for the next, or in a
 * tree. All have the same base priority; then that of the first changes, or of one on the way.
 */
#include "lib/kit.h"

#define LOW   (KIT_PRIORITY - 40)
#define HIGH  (KIT_PRIORITY + 40)
#define LINKS 41
#define REACH 32 /* INHERIT_MAX: with the one that changes */

static struct kit_thread *links[LINKS];
static cap_t link_endpoint[LINKS], link_next;
static uint32_t link_lock[LINKS], link_number[LINKS], let_go;

static void wait_until_let_go(void)
{
	while (!kit_read(&let_go))
		os_sync_wait((uint64_t)&let_go, 0, DEADLINE_FOREVER, 0);
}

static void set_priority(unsigned i, uint32_t priority)
{
	EXPECT_OK(os_thread_set_priority(links[i]->cap, priority, 0, 0));
}

static void expect_priorities(unsigned first, unsigned end, uint32_t priority)
{
	for (unsigned i = first; i < end; i++)
		EXPECT_EQ(kit_priority(links[i]), priority);
}

static void make_link(unsigned i, void (*run)(void *), enum thread_state state)
{
	struct kit_how how = {.priority = LOW};

	links[i] = kit_thread_with(&how, run, (void *)(uint64_t)i);
	EXPECT(kit_wait_state(links[i], state));
}

static void all_end(void)
{
	kit_write(&let_go, 1);
	os_sync_wake((uint64_t)&let_go, LINKS, 0);
	for (unsigned i = 0; i < LINKS; i++)
		EXPECT(kit_join(links[i]));
}

static void expect_a_bounded_chain(void)
{
	expect_priorities(0, LINKS, LOW);
	set_priority(0, HIGH);
	expect_priorities(0, REACH, HIGH);
	expect_priorities(REACH, LINKS, LOW);
	/* Whatever changes the last of those takes the others along. */
	set_priority(REACH - 1, HIGH + 1);
	expect_priorities(0, REACH - 1, HIGH);
	expect_priorities(REACH - 1, LINKS, HIGH + 1);
	set_priority(REACH - 1, LOW);
	expect_priorities(0, LINKS, HIGH);
	/* Lowering goes as far. */
	set_priority(0, LOW);
	expect_priorities(0, REACH, LOW);
	expect_priorities(REACH, LINKS, HIGH);
	all_end();
}

static void link_by_message(void *arg)
{
	unsigned i = (unsigned)(uint64_t)arg;
	struct os_received r = {0};

	if (i > 0)
		EXPECT_OK(os_receive(link_endpoint[i], &r, NULL, DEADLINE_FOREVER));
	if (i + 1 < LINKS)
		EXPECT_OK(kit_send(link_next + i + 1, 0, 0, NULL));
	else
		wait_until_let_go();
	if (i > 0)
		EXPECT_OK(kit_reply(link_endpoint[i], r.id, 0, 0));
}

TEST(inherit_bound, a_change_goes_along_a_chain_of_32_and_the_others_keep_what_they_had)
{
	struct os_words out;

	let_go = 0;
	link_next = kit_slots(LINKS);
	for (unsigned i = LINKS - 1; i > 0; i--) {
		link_endpoint[i] = kit_endpoint();
		EXPECT_OK(os_connect(link_endpoint[i], 1, link_next + i, link_next + i, 0, &out));
		make_link(i, link_by_message, THREAD_RECEIVE);
	}
	make_link(0, link_by_message, THREAD_REPLY);
	EXPECT(kit_wait_state(links[LINKS - 1], THREAD_SYNC));
	expect_a_bounded_chain();
}

static void release(unsigned i, unsigned owner)
{
	uint32_t own = link_number[owner];

	if (!__atomic_compare_exchange_n(&link_lock[i], &own, 0, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		EXPECT_OK(os_lock_wake((uint64_t)&link_lock[i], 0));
}

/* Owns its lock from before it starts. */
static void link_by_lock(void *arg)
{
	unsigned i = (unsigned)(uint64_t)arg;

	if (i + 1 < LINKS) {
		EXPECT_OK(os_lock_wait((uint64_t)&link_lock[i + 1], DEADLINE_FOREVER, 0));
		release(i + 1, i);
	} else {
		wait_until_let_go();
	}
	release(i, i);
}

TEST(inherit_bound, a_change_goes_along_32_owners_of_locks)
{
	struct os_words out;

	let_go = 0;
	for (unsigned i = LINKS; i-- > 0;) {
		make_link(i, link_by_lock, THREAD_SYNC);
		EXPECT_OK(os_thread_info(links[i]->cap, &out));
		link_lock[i] = link_number[i] = (uint32_t)out.w[THREAD_INFO_NUMBER];
	}
	expect_a_bounded_chain();
}

#define MIDDLE 8 /* servers of one endpoint; each asks one that has LEAVES */
#define LEAVES 4

static void serve_what_is_there(cap_t endpoint)
{
	struct os_received r;

	while (os_receive(endpoint, &r, NULL, DEADLINE_NOW) >= 0)
		kit_reply(endpoint, r.id, 0, 0);
}

/* A leaf of the tree, registered with its endpoint. */
static void be_a_leaf(void *arg)
{
	cap_t endpoint = link_endpoint[1 + (uint64_t)arg % MIDDLE];

	serve_what_is_there(endpoint);
	wait_until_let_go();
	serve_what_is_there(endpoint);
}

static void be_in_the_middle(void *arg)
{
	serve_what_is_there(link_endpoint[0]);
	EXPECT_OK(kit_send(link_next + 1 + (uint64_t)arg % MIDDLE, 0, 0, NULL));
	serve_what_is_there(link_endpoint[0]);
}

static void be_the_root(void *arg) { EXPECT_OK(kit_send(link_next, 0, 0, NULL)); }

TEST(inherit_bound, a_change_goes_to_32_threads_of_a_tree)
{
	struct os_words out;
	unsigned high = 0;

	let_go = 0;
	link_next = kit_slots(1 + MIDDLE);
	for (unsigned i = 0; i <= MIDDLE; i++) {
		link_endpoint[i] = kit_endpoint();
		EXPECT_OK(os_connect(link_endpoint[i], 1, link_next + i, link_next + i, 0, &out));
	}
	for (unsigned i = 1 + MIDDLE; i < 1 + MIDDLE + MIDDLE * LEAVES; i++)
		make_link(i, be_a_leaf, THREAD_SYNC);
	for (unsigned i = 1; i <= MIDDLE; i++)
		make_link(i, be_in_the_middle, THREAD_SEND);
	make_link(0, be_the_root, THREAD_SEND);
	expect_priorities(0, LINKS, LOW);
	set_priority(0, HIGH);
	expect_priorities(0, 1 + MIDDLE, HIGH);
	for (unsigned i = 0; i < LINKS; i++)
		high += kit_priority(links[i]) == HIGH;
	EXPECT_EQ(high, REACH);
	all_end();
}
