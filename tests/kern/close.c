/* SPDX-License-Identifier: 0BSD */
/* close.c: closing descriptors: the server of the last one is asked, and its answer is close's. */
#include "lib/kit.h"

#define SELF CAP_SELF_CSPACE

struct closing {
	cap_t slot;
	uint64_t deadline_ns;
	int64_t answer;
};

static void do_close(void *arg)
{
	struct closing *c = arg;

	c->answer = os_close(c->slot, c->deadline_ns);
}

static bool empty(cap_t slot)
{
	struct os_words out;

	return os_cspace_info(SELF, slot, &out) == -EBADF;
}

static int64_t next_kind(cap_t endpoint, struct os_received *r)
{
	int64_t info = os_receive(endpoint, r, NULL, DEADLINE_NOW);

	return info < 0 ? info : (int64_t)INFO_KIND(info);
}

TEST(close, empties_any_slot)
{
	cap_t event = kit_event();

	EXPECT_OK(os_close(event, DEADLINE_FOREVER));
	EXPECT(empty(event));
	EXPECT_ERR(close, EBADF, os_close(event, DEADLINE_FOREVER));
}

TEST(close, of_one_of_several_asks_nobody)
{
	cap_t endpoint = kit_endpoint();
	cap_t a = kit_connect(endpoint, 1);
	cap_t b = kit_copy(a, RIGHTS_ALL);
	struct os_received r;

	EXPECT_OK(os_close(a, DEADLINE_FOREVER));
	EXPECT(empty(a));
	EXPECT(!empty(b));
	EXPECT_ERR(receive, EAGAIN, next_kind(endpoint, &r));
}

TEST(close, of_the_last_one_answers_what_the_server_says)
{
	cap_t endpoint = kit_endpoint();
	struct closing c = {.slot = kit_connect(endpoint, 0x99), .deadline_ns = DEADLINE_FOREVER};
	struct kit_thread *t = kit_thread(do_close, &c);
	struct os_received r;

	EXPECT(kit_wait_state(t, THREAD_SEND));
	EXPECT(empty(c.slot));
	EXPECT_EQ(next_kind(endpoint, &r), MESSAGE_CLOSE);
	EXPECT_EQ(r.cookie, 0x99);
	EXPECT_OK(kit_reply(endpoint, r.id, -ENOSPC, 0));
	EXPECT(kit_join(t));
	EXPECT_EQ(c.answer, -ENOSPC);
	/* It was told: no pulse besides. */
	EXPECT_ERR(receive, EAGAIN, next_kind(endpoint, &r));
}

TEST(close, a_closed_connection_can_be_rearmed)
{
	cap_t endpoint = kit_endpoint();
	uint64_t number;
	struct closing c = {.slot = kit_connect_number(endpoint, 1, &number), .deadline_ns = DEADLINE_FOREVER};
	struct kit_thread *t = kit_thread(do_close, &c);
	struct os_received r;

	EXPECT(kit_wait_state(t, THREAD_SEND));
	EXPECT_EQ(next_kind(endpoint, &r), MESSAGE_CLOSE);
	EXPECT_ERR(rearm, EBUSY, os_rearm(endpoint, number, 2));
	EXPECT_OK(kit_reply(endpoint, r.id, 0, 0));
	EXPECT(kit_join(t));
	EXPECT_OK(os_rearm(endpoint, number, 2));
}

TEST(close, that_times_out_leaves_the_pulse)
{
	cap_t endpoint = kit_endpoint();
	cap_t connection = kit_connect(endpoint, 5);
	struct os_received r;

	EXPECT_ERR(close, ETIMEDOUT, os_close(connection, os_in_ns(2 * OS_MS)));
	EXPECT(empty(connection));
	EXPECT_EQ(next_kind(endpoint, &r), MESSAGE_DISCONNECT);
	EXPECT_EQ(r.cookie, 5);
}

TEST(close, of_a_dead_connection_is_quiet)
{
	cap_t endpoint = kit_endpoint();
	cap_t connection = kit_connect(endpoint, 5);

	EXPECT_OK(os_cspace_delete(SELF, endpoint));
	EXPECT_OK(os_close(connection, DEADLINE_FOREVER));
	EXPECT(empty(connection));
}

static struct divert_area area;

static void on_divert(uint64_t bits, struct divert_area *a) { os_thread_undivert(); }

TEST(close, is_ended_by_a_divert)
{
	cap_t endpoint = kit_endpoint();
	struct closing c = {.slot = kit_connect(endpoint, 1), .deadline_ns = DEADLINE_FOREVER};
	struct kit_thread *t = kit_thread_with(&(struct kit_how){.stopped = true}, do_close, &c);

	EXPECT_OK(os_thread_set_divert(t->cap, (uint64_t)on_divert, (uint64_t)&area));
	EXPECT_OK(kit_thread_go(t));
	EXPECT(kit_wait_state(t, THREAD_SEND));
	EXPECT_OK(os_thread_divert(t->cap, 1, DIVERT_INTERRUPT));
	EXPECT(kit_join(t));
	EXPECT_ERR(close, EINTR, c.answer);
}

/* Closed by one, finished off by another, and used anew before the first goes on: what is there now is not his. */
TEST(close, that_goes_on_leaves_alone_what_has_come_in_its_place)
{
	unsigned hits = 0;

	for (unsigned i = 0; i < 40 && !hits; i++) {
		cap_t slots = kit_slots(0), extent = kit_map(KIT_VA + 4096, 22), event; /* no large pages */
		struct closing c = {.slot = extent, .deadline_ns = DEADLINE_FOREVER};
		struct kit_thread *t = kit_thread_with(&(struct kit_how){.priority = KIT_PRIORITY - 1}, do_close, &c);

		os_sleep(os_in_ns((10 + i % 20 * 10) * OS_US));
		if (!kit_read(&t->done) && !kit_readable(KIT_VA + 4096)) {
			hits++;
			EXPECT_OK(os_cspace_delete(SELF, extent));
			event = kit_event();
			EXPECT_EQ(os_cspace_copy(SELF, SELF, event, extent, extent, RIGHTS_ALL, 0), extent);
			EXPECT(kit_join(t));
			EXPECT_OK(c.answer);
			EXPECT(!empty(extent));
			break;
		}
		EXPECT(kit_join(t));
		EXPECT_OK(os_cspace_revoke(SELF, kit_arena()));
		EXPECT_OK(os_untyped_reset(kit_arena()));
		kit_threads_forget();
		kit_slots_back(slots);
	}
	EXPECT(hits > 0 || os_boot->cpu_count > 1); /* time is exact on one */
}
