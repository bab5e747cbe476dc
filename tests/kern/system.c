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

/* The page at PHYS, which is nobody's RAM. */
static cap_t device_page(uint64_t phys)
{
	for (uint32_t i = 0; i < os_boot->untyped_count; i++) {
		const struct boot_untyped *u = &os_boot->untyped[i];
		cap_t whole = kit_slot(), page = kit_slot();

		if (!u->device || phys < u->phys || phys - u->phys >= 1ull << u->size_log2)
			continue;
		kit_foreign(whole);
		EXPECT_OK(os_untyped_reset(BOOT_SLOT_FIRST_UNTYPED + i));
		EXPECT_OK(os_untyped_retype(BOOT_SLOT_FIRST_UNTYPED + i, OBJ_EXTENT, u->size_log2, 1, CAP_SELF_CSPACE,
					    whole));
		EXPECT_OK(os_extent_slice(whole, (phys - u->phys) >> 12, 12, page));
		return page;
	}
	return CAP_NONE;
}

TEST(system, the_boot_page_leads_to_acpis_tables)
{
	uint64_t phys = os_boot->acpi_root_phys;
	cap_t page = device_page(phys);
	uint32_t signature;

	ASSERT(page != CAP_NONE);
	ASSERT_OK(os_extent_map(page, CAP_SELF_VSPACE, KIT_VA, 0, 1, PROT_READ));
	signature = *(volatile uint32_t *)(KIT_VA + (phys & 0xfff));
	EXPECT(signature == 0x54445358 || signature == 0x54445352); /* XSDT, RSDT */
}

TEST(system, power_refuses_unknown_actions)
{
	EXPECT_ERR(power, EINVAL, os_power(BOOT_SLOT_SYSTEM, 99));
	EXPECT_ERR(power, EINVAL, os_power(BOOT_SLOT_SYSTEM, POWER_EXIT | 1u << 20));
}
