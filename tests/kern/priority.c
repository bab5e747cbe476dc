/* SPDX-License-Identifier: 0BSD */
/* priority.c: priorities that are set, and who may set which. */
#include "lib/kit.h"

#define SELF CAP_SELF_CSPACE

static void set_flag(void *arg) { kit_write(arg, 1); }

TEST(priority, set_priority_refuses)
{
	struct kit_thread *t = kit_thread_with(&(struct kit_how){.stopped = true}, set_flag, NULL);

	EXPECT_ERR(thread_set_priority, EINVAL, os_thread_set_priority(t->cap, 256, 0, 0));
	EXPECT_ERR(thread_set_priority, EINVAL, os_thread_set_priority(t->cap, 5, 0, 1));
	EXPECT_ERR(thread_set_priority, EINVAL, os_thread_set_priority(t->cap, 5, 256, 0));
	EXPECT_EQ(kit_priority(t), KIT_PRIORITY);
	EXPECT_OK(os_thread_set_priority(t->cap, 255, 0, 0));
	EXPECT_EQ(kit_priority(t), 255);
}

static int64_t raised, lowered;

static void try_to_rise(void *arg)
{
	raised = os_thread_set_priority(1, KIT_PRIORITY + 51, 0, 0);
	lowered = os_thread_set_priority(1, KIT_PRIORITY + 50, 0, 0);
}

TEST(priority, nobody_rises_above_what_was_given)
{
	struct kit_thread *t = kit_thread_with(&(struct kit_how){.stopped = true}, set_flag, NULL);
	cap_t cspace = kit_small_cspace(NULL, 0);
	struct kit_thread *u;

	EXPECT_EQ(os_cspace_derive(cspace, SELF, t->cap, 1, 1, RIGHTS_ALL | RIGHTS_PRIORITY(KIT_PRIORITY + 50), 0), 1);
	u = kit_thread_with(&(struct kit_how){.cspace = cspace}, try_to_rise, NULL);
	EXPECT(kit_join(u));
	EXPECT_ERR(thread_set_priority, EPERM, raised);
	EXPECT_EQ(lowered, 0);
}

static int64_t pulses_above, pulses_at, endpoint_above, endpoint_at, own_above, own_at, regained;

static void try_to_rise_by_pulses(void *arg)
{
	cap_t endpoint = *(cap_t *)arg, event = kit_event();

	own_at = os_thread_set_priority(CAP_SELF_THREAD, KIT_PRIORITY, KIT_PRIORITY + 20, 0);
	regained = os_thread_set_priority(CAP_SELF_THREAD, KIT_PRIORITY, KIT_PRIORITY + 21, 0);
	own_above = os_thread_set_priority(CAP_SELF_THREAD, KIT_PRIORITY + 21, 0, 0);
	pulses_above = os_event_configure(event, endpoint, 1, KIT_PRIORITY + 21);
	pulses_at = os_event_configure(event, endpoint, 1, KIT_PRIORITY + 20);
	endpoint_above = os_endpoint_configure(endpoint, 0, CAP_NONE, KIT_PRIORITY + 21);
	endpoint_at = os_endpoint_configure(endpoint, 0, CAP_NONE, KIT_PRIORITY + 20);
}

TEST(priority, nobody_rises_by_pulses)
{
	cap_t endpoint = kit_endpoint();

	EXPECT(kit_join(kit_thread(try_to_rise_by_pulses, &endpoint)));
	EXPECT_EQ(own_at, 0);
	EXPECT_ERR(thread_set_priority, EPERM, regained);
	EXPECT_ERR(thread_set_priority, EPERM, own_above);
	EXPECT_ERR(event_configure, EPERM, pulses_above);
	EXPECT_EQ(pulses_at, 0);
	EXPECT_ERR(endpoint_configure, EPERM, endpoint_above);
	EXPECT_EQ(endpoint_at, 0);
}

TEST(priority, the_more_urgent_one_runs)
{
	uint32_t flag = 0;
	struct kit_thread *t = kit_thread_with(&(struct kit_how){.priority = KIT_PRIORITY - 1}, set_flag, &flag);

	for (unsigned i = 0; i < 1000; i++)
		os_yield();
	EXPECT_EQ(kit_read(&flag), 0);
	/* It runs before the call returns. */
	EXPECT_OK(os_thread_set_priority(t->cap, KIT_PRIORITY + 1, 0, 0));
	EXPECT_EQ(kit_read(&flag), 1);
	EXPECT(kit_join(t));
}

TEST(priority, yield_lets_equals_run)
{
	uint32_t flag = 0;
	struct kit_thread *t = kit_thread(set_flag, &flag);

	for (unsigned i = 0; i < 4 && !kit_read(&flag); i++)
		os_yield();
	EXPECT_EQ(flag, 1);
	EXPECT(kit_join(t));
}
