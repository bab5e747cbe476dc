/* SPDX-License-Identifier: 0BSD */
/* signal.c: tests of sys/proc/pending and sys/proc/cred. */
#include "host/harness.h"
#include "host/sys/shim.h"
#include "proc/cred.h"
#include "proc/pending.h"

#include <proto/posix.h>
#include <string.h>

static struct signal s(unsigned number, uint64_t value) { return (struct signal){.number = number, .value = value}; }

static int add(struct pending *p, unsigned number, uint64_t value, bool must)
{
	struct signal what = s(number, value);

	return pending_add(p, &what, must);
}

TEST(signal, standard_signals_are_kept_once)
{
	struct pending p;
	struct signal out;
	uint64_t before = shim_bytes;

	pending_init(&p);
	EXPECT_EQ(add(&p, SIGUSR1, 1, true), 0);
	EXPECT_EQ(add(&p, SIGUSR1, 2, true), 0);
	EXPECT(pending_take(&p, ~0ull, &out));
	EXPECT_EQ(out.number, SIGUSR1);
	EXPECT_EQ(out.value, 1);
	EXPECT(!pending_take(&p, ~0ull, &out));
	EXPECT_EQ(shim_bytes, before);
}

TEST(signal, real_time_signals_queue_in_order)
{
	struct pending p;
	struct signal out;

	pending_init(&p);
	for (unsigned i = 0; i < 5; i++)
		EXPECT_EQ(add(&p, SIGRTMIN + 1, i, true), 0);
	add(&p, SIGRTMIN, 99, true);
	EXPECT(pending_take(&p, ~0ull, &out));
	EXPECT_EQ(out.value, 99);
	for (unsigned i = 0; i < 5; i++) {
		EXPECT_EQ(p.set, SIGNAL_BIT(SIGRTMIN + 1));
		EXPECT(pending_take(&p, SIGNAL_BIT(SIGRTMIN + 1), &out));
		EXPECT_EQ(out.value, i);
	}
	EXPECT_EQ(p.set, 0);
}

TEST(signal, full_queue_refuses_or_keeps_the_number)
{
	struct pending p;
	struct signal out;
	uint64_t before = shim_bytes;

	pending_init(&p);
	for (unsigned i = 0; i < SIGNAL_QUEUE_MAX; i++)
		EXPECT_EQ(add(&p, SIGRTMAX, i, true), 0);
	EXPECT_EQ(add(&p, SIGRTMAX, 0, true), -EAGAIN);
	EXPECT_EQ(add(&p, SIGRTMIN, 7, false), 0);
	EXPECT(pending_take(&p, SIGNAL_BIT(SIGRTMIN), &out));
	EXPECT_EQ(out.value, 0);
	pending_drop(&p, ~0ull);
	EXPECT_EQ(p.set, 0);
	EXPECT_EQ(p.count, 0);
	EXPECT_EQ(shim_bytes, before);
}

TEST(signal, only_the_mask_is_taken_and_dropped)
{
	struct pending p;
	struct signal out;

	pending_init(&p);
	add(&p, SIGTERM, 1, true);
	add(&p, SIGCHLD, 2, true);
	EXPECT(!pending_take(&p, SIGNAL_BIT(SIGINT), &out));
	pending_drop(&p, SIGNAL_BIT(SIGTERM));
	EXPECT_EQ(p.set, SIGNAL_BIT(SIGCHLD));
	EXPECT(pending_take(&p, ~0ull, &out));
	EXPECT_EQ(out.value, 2);
}

TEST(signal, actions_follow_the_masks)
{
	uint64_t all = ~0ull;

	EXPECT_EQ(signal_action(SIGKILL, all, all), SIGNAL_END);
	EXPECT_EQ(signal_action(SIGSTOP, all, all), SIGNAL_STOP);
	EXPECT_EQ(signal_action(SIGTERM, 0, 0), SIGNAL_END);
	EXPECT_EQ(signal_action(SIGTERM, SIGNAL_BIT(SIGTERM), 0), SIGNAL_IGNORE);
	EXPECT_EQ(signal_action(SIGTERM, SIGNAL_BIT(SIGTERM), SIGNAL_BIT(SIGTERM)), SIGNAL_CATCH);
	EXPECT_EQ(signal_action(SIGCHLD, 0, 0), SIGNAL_IGNORE);
	EXPECT_EQ(signal_action(SIGCHLD, 0, SIGNAL_BIT(SIGCHLD)), SIGNAL_CATCH);
	EXPECT_EQ(signal_action(SIGTTIN, 0, 0), SIGNAL_STOP);
	EXPECT_EQ(signal_action(32, 0, 0), SIGNAL_IGNORE);
	EXPECT_EQ(signal_action(SIGRTMIN, 0, 0), SIGNAL_END);
}

static struct proto_cred ids(uint32_t real, uint32_t effective, uint32_t saved)
{
	return (struct proto_cred){.uid = real, .euid = effective, .suid = saved};
}

TEST(cred, setuid_of_root_sets_all_three)
{
	struct proto_cred old = ids(0, 0, 0), want = ids(5, 0, 0), out;

	EXPECT_EQ(cred_change(&old, &want, CRED_UID | CRED_POSIX, &out), 0);
	EXPECT(out.uid == 5 && out.euid == 5 && out.suid == 5);
}

TEST(cred, others_choose_among_their_own)
{
	struct proto_cred old = ids(5, 6, 7), want, out;

	want = ids(7, 0, 0);
	EXPECT_EQ(cred_change(&old, &want, CRED_UID | CRED_POSIX, &out), 0);
	EXPECT(out.uid == 5 && out.euid == 7 && out.suid == 7);
	want = ids(6, 0, 0);
	EXPECT_EQ(cred_change(&old, &want, CRED_UID | CRED_POSIX, &out), -EPERM);
	want = ids(0, 5, 0);
	EXPECT_EQ(cred_change(&old, &want, CRED_EUID, &out), 0);
	EXPECT(out.uid == 5 && out.euid == 5 && out.suid == 7);
	want = ids(0, 8, 0);
	EXPECT_EQ(cred_change(&old, &want, CRED_EUID, &out), -EPERM);
	EXPECT_EQ(cred_change(&old, &want, CRED_GROUPS, &out), -EPERM);
}

TEST(cred, too_many_groups_are_refused)
{
	struct proto_cred old = ids(0, 0, 0), want = {.group_count = 34}, out;

	EXPECT_EQ(cred_change(&old, &want, CRED_GROUPS, &out), -EINVAL);
	want.group_count = 33;
	want.groups[32] = 9;
	EXPECT_EQ(cred_change(&old, &want, CRED_GROUPS, &out), 0);
	EXPECT_EQ(out.groups[32], 9);
}

TEST(cred, records_are_counted_and_never_come_again)
{
	uint64_t before = shim_bytes;
	struct proto_cred a = ids(1, 1, 1), b = ids(2, 2, 2), root = ids(0, 0, 0);
	struct cred *one = cred_new(&cred_root, &a), *same = cred_new(one, &a), *two = cred_new(one, &b);
	uint32_t number = cred_number(one);

	EXPECT(same == one);
	EXPECT(cred_new(two, &root) == &cred_root);
	EXPECT(cred_lookup(number) == one);
	cred_put(one);
	cred_put(same);
	EXPECT(cred_lookup(number) == NULL);
	EXPECT(cred_lookup(0) == &cred_root);
	cred_put(two);
	one = cred_new(&cred_root, &a);
	EXPECT(cred_number(one) > number);
	cred_put(one);
	EXPECT_EQ(shim_bytes, before);
}

TEST(cred, signals_need_a_common_user)
{
	struct proto_cred a = ids(1, 2, 2), b = ids(1, 1, 1), c = ids(3, 3, 3), d = ids(9, 9, 2), root = ids(5, 0, 0);

	EXPECT(cred_may_signal(&a, &b));
	EXPECT(!cred_may_signal(&a, &c));
	EXPECT(cred_may_signal(&a, &d));
	EXPECT(!cred_may_signal(&d, &a));
	EXPECT(cred_may_signal(&root, &c));
}
