/* SPDX-License-Identifier: 0BSD */
/* sched_context.c: tests of kern/sched/refill and kern/obj/sched_context: who is charged what, and
 * that nobody ever gets more than the budget in a period. */
#include "obj/sched_context.h"

#include <abi/errno.h>
#include <string.h>

#include "host/harness.h"
#include "host/shim/time.h"

#define US 1000ull
#define MS 1000000ull

static struct sched_context sched_new(void)
{
	struct sched_context sc = {0};

	sched_ops.init(&sc.object);
	return sc;
}

/* Lets time pass to NOW_NS, with the timer interrupts that are due. */
static void pass(uint64_t now_ns)
{
	struct cpu *cpu = this_cpu();

	while (cpu->timer_armed && cpu->timer_armed <= now_ns) {
		if (cpu->timer_armed > shim_now_ns)
			shim_now_ns = cpu->timer_armed;
		timeout_expire();
	}
	shim_now_ns = now_ns;
}

static uint64_t refills_sum(const struct refills *r)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < r->count; i++)
		sum += r->piece[(r->first + i) % REFILLS_MAX].amount_ns;
	return sum;
}

TEST(refill, budget_comes_back_one_period_after_use_began)
{
	struct refills r;

	refills_init(&r, 2 * MS, 10 * MS, 8, 0);
	EXPECT_EQ(refills_begin(&r, 1 * MS), 2 * MS);
	refills_consume(&r, 2 * MS);
	EXPECT_EQ(refills_begin(&r, 3 * MS), 0);
	EXPECT_EQ(refills_next_ns(&r), 11 * MS);
	EXPECT_EQ(refills_begin(&r, 11 * MS), 2 * MS);
}

TEST(refill, pieces_come_back_one_by_one)
{
	struct refills r;

	refills_init(&r, 3 * MS, 10 * MS, 8, 0);
	refills_begin(&r, 0);
	refills_consume(&r, 1 * MS);
	EXPECT_EQ(refills_begin(&r, 5 * MS), 2 * MS);
	refills_consume(&r, 2 * MS);
	EXPECT_EQ(refills_next_ns(&r), 10 * MS);
	EXPECT_EQ(refills_begin(&r, 10 * MS), 1 * MS);
	refills_consume(&r, 1 * MS);
	EXPECT_EQ(refills_next_ns(&r), 15 * MS);
}

TEST(refill, full_budget_never_ends)
{
	struct refills r;

	refills_init(&r, 5 * MS, 5 * MS, 2, 0);
	for (uint64_t now = 0; now < 100 * MS; now += 5 * MS) {
		EXPECT_EQ(refills_begin(&r, now), 5 * MS);
		refills_consume(&r, 5 * MS);
	}
}

TEST(refill, overrun_is_taken_from_what_comes_next)
{
	struct refills r;

	refills_init(&r, 2 * MS, 10 * MS, 8, 0);
	refills_begin(&r, 0);
	refills_consume(&r, 2 * MS + 50 * US);
	EXPECT_EQ(refills_begin(&r, 10 * MS), 0);
	EXPECT_EQ(refills_begin(&r, 10 * MS + 50 * US), 2 * MS - 50 * US);
	EXPECT_EQ(refills_sum(&r), 2 * MS);
}

/* Use of a random pattern, remembered; then no window of one period may hold more than the budget.
 */
#define USES 4000
TEST(refill, no_period_holds_more_than_the_budget)
{
	static struct {
		uint64_t at_ns, used_ns;
	} use[USES];
	const uint64_t budget = 2 * MS, period = 10 * MS;
	struct refills r;
	uint64_t now = 0;

	refills_init(&r, budget, period, 2 + host_random() % 7, 0);
	for (int i = 0; i < USES; i++) {
		uint64_t usable = refills_begin(&r, now);

		if (usable == 0) {
			now = refills_next_ns(&r);
			usable = refills_begin(&r, now);
		}
		REQUIRE(usable > 0 && usable <= budget);
		use[i].at_ns = now;
		use[i].used_ns = 1 + host_random() % usable;
		if (host_random() % 4)
			use[i].used_ns = 1 + use[i].used_ns % (100 * US);
		use[i].used_ns = use[i].used_ns > usable ? usable : use[i].used_ns;
		refills_consume(&r, use[i].used_ns);
		REQUIRE(refills_sum(&r) == budget && r.count <= r.limit);
		now += use[i].used_ns + (host_random() % 3 ? host_random() % MS : 0);
	}
	for (int first = 0; first < USES; first++) {
		uint64_t end = use[first].at_ns + period, sum = 0;

		for (int i = first; i < USES && use[i].at_ns < end; i++) {
			uint64_t room = end - use[i].at_ns;

			sum += use[i].used_ns < room ? use[i].used_ns : room;
		}
		REQUIRE(sum <= budget);
	}
}

TEST(sched_context, unlimited_time_is_counted_and_arms_nothing)
{
	struct sched_context a = sched_new(), b = sched_new();

	shim_time_reset();
	sched_context_charge(&a);
	shim_now_ns += 300;
	EXPECT_EQ(sched_context_consumed_ns(&a), 300);
	sched_context_charge(&b);
	shim_now_ns += 50;
	sched_context_charge(NULL);
	shim_now_ns += 1000;
	EXPECT_EQ(sched_context_consumed_ns(&a), 300);
	EXPECT_EQ(sched_context_consumed_ns(&b), 50);
	EXPECT_EQ(sched_context_left_ns(&a), UINT64_MAX);
	EXPECT_EQ(shim_timer_set, 0);
}

TEST(sched_context, budget_ends_and_comes_back)
{
	struct sched_context sc = sched_new();

	shim_time_reset();
	EXPECT_EQ(sched_context_configure(&sc, 1 * MS, 5 * MS, 0, 0), 0);
	sched_context_charge(&sc);
	EXPECT_EQ(sched_context_left_ns(&sc), 1 * MS);
	pass(1000 + 999 * US);
	EXPECT(!sc.depleted);
	pass(1000 + 1001 * US);
	EXPECT(sc.depleted && !sched_context_usable(&sc));
	EXPECT(shim_sched.time_out == &sc && !shim_sched.time_back);
	EXPECT(this_cpu()->charging == NULL);
	pass(1000 + 5 * MS - US);
	EXPECT(sc.depleted);
	pass(1000 + 5 * MS + US);
	EXPECT(!sc.depleted && shim_sched.time_back == &sc);
	timeout_stop(&sc.replenish);
}

TEST(sched_context, budget_used_up_at_a_switch_ends_when_charged_again)
{
	struct sched_context sc = sched_new(), other = sched_new();

	shim_time_reset();
	EXPECT_EQ(sched_context_configure(&sc, 1 * MS, 5 * MS, 0, 0), 0);
	sched_context_charge(&sc);
	shim_now_ns += 1 * MS; /* no interrupt came */
	sched_context_charge(&other);
	EXPECT(!sc.depleted && !shim_sched.time_out);
	sched_context_charge(&sc);
	pass(shim_now_ns + 1);
	EXPECT(sc.depleted && shim_sched.time_out == &sc);
	timeout_stop(&sc.replenish);
}

TEST(sched_context, slice_rotates_and_survives_a_switch)
{
	struct sched_context sc = sched_new(), other = sched_new();
	struct thread *holder = (struct thread *)&other; /* only passed along */

	shim_time_reset();
	sc.holder = holder;
	EXPECT_EQ(sched_context_configure(&sc, 0, 0, 2 * MS, 0), 0);
	sched_context_charge(&sc);
	pass(1000 + 1500 * US);
	sched_context_charge(&other);
	pass(1000 + 3 * MS);
	sched_context_charge(&sc);
	EXPECT(!shim_sched.rotated);
	pass(1000 + 3501 * US);
	EXPECT(shim_sched.rotated == holder);
	EXPECT(!sc.depleted && this_cpu()->charging == &sc);
	EXPECT(this_cpu()->charge_end >= 1000 + 5500 * US);
}

TEST(sched_context, configure_refuses_what_makes_no_sense)
{
	struct sched_context sc = sched_new();

	shim_time_reset();
	EXPECT_EQ(sched_context_configure(&sc, 2 * MS, 1 * MS, 0, 0), -EINVAL);
	EXPECT_EQ(sched_context_configure(&sc, 1 * MS, 0, 0, 0), -EINVAL);
	EXPECT_EQ(sched_context_configure(&sc, 1, 1 * MS, 0, 0), -EINVAL);
	EXPECT_EQ(sched_context_configure(&sc, 1 * MS, 2 * MS, 0, 9), -EINVAL);
	EXPECT_EQ(sched_context_configure(&sc, 1 * MS, 2 * MS, 0, 1), -EINVAL);
	EXPECT_EQ(sched_context_configure(&sc, 1 * MS, UINT64_MAX, 0, 0), -EINVAL);
	EXPECT_EQ(sched_context_configure(&sc, 0, 0, 1, 0), -EINVAL);
}

TEST(sched_context, configuring_the_charged_one_makes_its_cpu_charge_anew)
{
	struct sched_context sc = sched_new();

	shim_time_reset();
	sched_context_charge(&sc);
	shim_now_ns += 700;
	EXPECT_EQ(sched_context_configure(&sc, 1 * MS, 5 * MS, 0, 0), 0);
	EXPECT(this_cpu()->charging == NULL && shim_sched.kicked == this_cpu());
	EXPECT_EQ(sched_context_consumed_ns(&sc), 700);
	sched_context_charge(&sc);
	EXPECT_EQ(sched_context_left_ns(&sc), 1 * MS);
}

TEST(sched_context, destruction_leaves_nothing_behind)
{
	struct sched_context sc = sched_new();

	shim_time_reset();
	EXPECT_EQ(sched_context_configure(&sc, 1 * MS, 5 * MS, 0, 0), 0);
	sched_context_charge(&sc);
	pass(1000 + 2 * MS);
	sched_context_charge(&sc);
	EXPECT(timeout_running(&sc.replenish));
	EXPECT(sched_ops.destroy_step(&sc.object));
	EXPECT(shim_sched.time_lost == &sc);
	EXPECT(tree_empty(&this_cpu()->timers) && this_cpu()->charging == NULL);
}
