/* SPDX-License-Identifier: 0BSD */
/* system.c: the trace ring, the counters, and power. */
#include "lib/kit.h"

#include <abi/power.h>
#include <abi/trace.h>

static struct trace_event events[TRACE_READ_MAX];

/* The release flavour records nothing until it is told to. */
static bool tracing_is_off(int64_t count)
{
	if (count == 0)
		os_printf("tracing is off\n");
	return count == 0;
}

TEST(system, trace_can_be_read_in_order)
{
	struct os_words out;
	int64_t count;
	uint32_t from;

	count = os_trace_read(BOOT_SLOT_SYSTEM, 0, (uint64_t)events, TRACE_READ_MAX, 0, &out);
	ASSERT_OK(count);
	if (tracing_is_off(count))
		return;
	EXPECT(count <= TRACE_READ_MAX);
	for (int64_t i = 1; i < count; i++) {
		EXPECT_EQ(events[i].number, events[i - 1].number + 1);
		EXPECT(events[i].tsc >= events[i - 1].tsc);
		EXPECT(events[i].id < TRACE_IDS);
	}
	from = (uint32_t)out.w[0];
	EXPECT_EQ(from, events[count - 1].number + 1);
}

TEST(system, trace_read_refuses)
{
	struct os_words out;

	EXPECT_ERR(trace_read, EINVAL,
		   os_trace_read(BOOT_SLOT_SYSTEM, os_boot->cpu_count, (uint64_t)events, 1, 0, &out));
	if (!tracing_is_off(os_trace_read(BOOT_SLOT_SYSTEM, 0, (uint64_t)events, 1, 0, &out)))
		EXPECT_ERR(trace_read, EFAULT, os_trace_read(BOOT_SLOT_SYSTEM, 0, KIT_VA, 1, 0, &out));
	EXPECT_ERR(trace_read, E2BIG,
		   os_trace_read(BOOT_SLOT_SYSTEM, 0, (uint64_t)events, TRACE_READ_MAX + 1, 0, &out));
}

TEST(system, counters_count)
{
	struct os_words before, after;

	ASSERT_OK(os_counter_read(BOOT_SLOT_SYSTEM, 0, 0, &before));
	/* Whoever is late finds the deadline passed, and does not wait. */
	for (unsigned i = 0; i < 40; i++)
		os_sleep(os_in_ns(OS_MS));
	EXPECT_EQ(os_counter_read(BOOT_SLOT_SYSTEM, 0, 0, &after), COUNTERS);
	EXPECT(after.w[COUNTER_switches] >= before.w[COUNTER_switches] + 10);
	EXPECT_ERR(counter_read, EINVAL, os_counter_read(BOOT_SLOT_SYSTEM, os_boot->cpu_count, 0, &after));
	EXPECT_ERR(counter_read, EINVAL, os_counter_read(BOOT_SLOT_SYSTEM, 0, COUNTERS, &after));
}

TEST(system, power_refuses_unknown_actions)
{
	EXPECT_ERR(power, EINVAL, os_power(BOOT_SLOT_SYSTEM, 99));
	EXPECT_ERR(power, EINVAL, os_power(BOOT_SLOT_SYSTEM, POWER_EXIT | 1u << 20));
}
