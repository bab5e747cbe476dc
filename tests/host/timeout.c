/* SPDX-License-Identifier: 0BSD */
/* timeout.c: tests of kern/sched/timeout: order, bounds, and when the hardware is programmed. */
#include "sched/timeout.h"

#include <abi/message.h>

#include "host/harness.h"
#include "host/shim/time.h"
#include "lib/bits.h"

#define MANY 20

struct item {
	struct timeout timeout;
	unsigned int expired;
	uint64_t again_ns; /* started anew for this when it expires; 0: not */
};

static void item_expired(struct timeout *t)
{
	struct item *item = container_of(t, struct item, timeout);

	item->expired++;
	if (item->again_ns)
		timeout_start(t, item->again_ns);
}

static struct item item_new(void) { return (struct item){.timeout.expired = item_expired}; }

TEST(timeout, expires_at_its_deadline_and_not_before)
{
	struct item item = item_new();

	shim_time_reset();
	timeout_start(&item.timeout, 5000);
	EXPECT_EQ(shim_timer_ns, 5000);
	shim_now_ns = 4999;
	EXPECT(!timeout_expire());
	EXPECT_EQ(item.expired, 0);
	EXPECT(timeout_running(&item.timeout));
	shim_now_ns = 5000;
	EXPECT(!timeout_expire());
	EXPECT_EQ(item.expired, 1);
	EXPECT(!timeout_running(&item.timeout));
}

TEST(timeout, hardware_is_set_only_for_an_earlier_deadline)
{
	struct item late = item_new(), early = item_new(), later = item_new();

	shim_time_reset();
	timeout_start(&late.timeout, 9000);
	timeout_start(&early.timeout, 7000);
	timeout_start(&later.timeout, 9500);
	EXPECT_EQ(shim_timer_set, 2);
	EXPECT_EQ(shim_timer_ns, 7000);
	timeout_stop(&early.timeout);
	EXPECT_EQ(shim_timer_set, 2);
	shim_now_ns = 7000; /* the interrupt for what was stopped */
	EXPECT(!timeout_expire());
	EXPECT_EQ(early.expired, 0);
	EXPECT_EQ(shim_timer_ns, 9000);
	timeout_stop(&late.timeout);
	timeout_stop(&later.timeout);
}

TEST(timeout, few_expire_at_a_time_and_the_rest_at_once)
{
	struct item items[MANY];
	unsigned int done = 0;

	shim_time_reset();
	for (int i = 0; i < MANY; i++) {
		items[i] = item_new();
		timeout_start(&items[i].timeout, 2000);
	}
	shim_now_ns = 3000;
	EXPECT(timeout_expire());
	for (int i = 0; i < MANY; i++)
		done += items[i].expired;
	EXPECT_EQ(done, TIMEOUTS_PER_CUT);
	EXPECT(shim_timer_ns <= shim_now_ns);
	EXPECT(timeout_expire());
	EXPECT(!timeout_expire());
	for (int i = 0; i < MANY; i++)
		EXPECT_EQ(items[i].expired, 1);
}

TEST(timeout, forever_is_never_and_now_is_at_once)
{
	struct item forever = item_new(), now = item_new();

	shim_time_reset();
	timeout_start(&forever.timeout, DEADLINE_FOREVER);
	EXPECT(!timeout_running(&forever.timeout));
	EXPECT_EQ(shim_timer_set, 0);
	timeout_stop(&forever.timeout);
	timeout_start(&now.timeout, DEADLINE_NOW);
	EXPECT(shim_timer_ns <= shim_now_ns);
	EXPECT(!timeout_expire());
	EXPECT_EQ(now.expired, 1);
}

TEST(timeout, starting_anew_while_expiring_arms_once)
{
	struct item first = item_new(), second = item_new();

	shim_time_reset();
	first.again_ns = 6000;
	second.again_ns = 5000;
	timeout_start(&first.timeout, 2000);
	timeout_start(&second.timeout, 2000);
	shim_now_ns = 2000;
	shim_timer_set = 0;
	EXPECT(!timeout_expire());
	EXPECT_EQ(shim_timer_set, 1);
	EXPECT_EQ(shim_timer_ns, 5000);
	timeout_stop(&first.timeout);
	timeout_stop(&second.timeout);
}
