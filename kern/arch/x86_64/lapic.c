/* SPDX-License-Identifier: 0BSD */
/* lapic.c: the local APIC.
 *
 * Registers are numbered by their xAPIC offset; in x2APIC mode the same register is MSR 800h +
 * offset / 16, except that the interrupt command is one 64-bit MSR (Intel SDM vol.3 table 10-6).
 * The mode is chosen once: x2APIC where the CPU has it, since firmware may have left it on and
 * there is no safe way back.
 */
#include "arch/x86_64/lapic.h"
#include "arch/x86_64/acpi.h"
#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpuid.h"
#include "arch/x86_64/paging.h"
#include "arch/x86_64/registers.h"
#include "arch/x86_64/vectors.h"
#include "lib/assert.h"
#include "lib/bits.h"
#include "lib/printf.h"

enum lapic_register {
	REG_ID = 0x20,
	REG_VERSION = 0x30,
	REG_TPR = 0x80,
	REG_EOI = 0xb0,
	REG_SPURIOUS = 0xf0,
	REG_ISR = 0x100,
	REG_ERROR = 0x280,
	REG_LVT_CMCI = 0x2f0,
	REG_ICR_LOW = 0x300,
	REG_ICR_HIGH = 0x310,
	REG_LVT_TIMER = 0x320,
	REG_LVT_THERMAL = 0x330,
	REG_LVT_PERF = 0x340,
	REG_LVT_LINT0 = 0x350,
	REG_LVT_LINT1 = 0x360,
	REG_LVT_ERROR = 0x370,
	REG_TIMER_INITIAL = 0x380,
	REG_TIMER_CURRENT = 0x390,
	REG_TIMER_DIVIDE = 0x3e0
};

#define SPURIOUS_ENABLE	   (1 << 8)
#define LVT_MASKED	   (1 << 16)
#define LVT_TIMER_DEADLINE (2 << 17)
#define TIMER_DIVIDE_BY_1  0xb

#define ICR_NMI		   (4 << 8)
#define ICR_INIT	   (5 << 8)
#define ICR_STARTUP	   (6 << 8)
#define ICR_PENDING	   (1 << 12)
#define ICR_ASSERT	   (1 << 14)
#define ICR_ALL_BUT_SELF   (3 << 18)
#define ICR_POLL_MAX	   100000

static bool x2apic;
static volatile uint32_t *registers;   /* xAPIC only */
static struct clock_scale timer_scale; /* TSC ticks to timer ticks */

static uint32_t reg_read(enum lapic_register reg)
{
	if (x2apic) return (uint32_t)msr_read(MSR_X2APIC_FIRST + reg / 16);
	return registers[reg / 4];
}

static void reg_write(enum lapic_register reg, uint32_t value)
{
	if (x2apic)
		msr_write(MSR_X2APIC_FIRST + reg / 16, value);
	else
		registers[reg / 4] = value;
}

static bool ready(void) { return x2apic || registers; }

/* In x2APIC mode a write to the ICR is not ordered after earlier stores (Intel SDM vol.3 10.12.3).
 */
static void icr_write(uint32_t apic_id, uint32_t command)
{
	if (!ready()) return;
	if (x2apic) {
		__asm__ volatile("mfence; lfence" : : : "memory");
		msr_write(MSR_X2APIC_FIRST + REG_ICR_LOW / 16, (uint64_t)apic_id << 32 | command);
		return;
	}
	for (uint32_t i = 0; i < ICR_POLL_MAX && reg_read(REG_ICR_LOW) & ICR_PENDING; i++) cpu_relax();
	reg_write(REG_ICR_HIGH, apic_id << 24);
	reg_write(REG_ICR_LOW, command);
}

/* Whatever firmware left in service or latched would block lower vectors for ever. */
static void drain_in_service(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t any = 0;

		for (uint32_t reg = REG_ISR; reg < REG_ISR + 0x80; reg += 0x10)
			any |= reg_read((enum lapic_register)reg);
		if (!any) return;
		lapic_eoi();
	}
}

void lapic_init_cpu(void)
{
	uint64_t base = msr_read(MSR_APIC_BASE) | APIC_BASE_ENABLE;
	uint32_t lvt_max;

	/* From disabled to x2APIC leads only through xAPIC. */
	msr_write(MSR_APIC_BASE, base);
	if (x2apic) msr_write(MSR_APIC_BASE, base | APIC_BASE_X2APIC);
	lvt_max = reg_read(REG_VERSION) >> 16 & 0xff;
	reg_write(REG_SPURIOUS, SPURIOUS_ENABLE | VECTOR_SPURIOUS);
	reg_write(REG_TPR, 0);
	reg_write(REG_LVT_TIMER, LVT_MASKED | VECTOR_TIMER);
	reg_write(REG_LVT_LINT0, LVT_MASKED);
	reg_write(REG_LVT_LINT1, LVT_MASKED);
	if (lvt_max >= 4) reg_write(REG_LVT_PERF, LVT_MASKED);
	if (lvt_max >= 5) reg_write(REG_LVT_THERMAL, LVT_MASKED);
	if (lvt_max >= 6) reg_write(REG_LVT_CMCI, LVT_MASKED);
	drain_in_service();
	lapic_error_take();
	reg_write(REG_LVT_ERROR, VECTOR_APIC_ERROR);
	reg_write(REG_TIMER_DIVIDE, TIMER_DIVIDE_BY_1);
	reg_write(REG_TIMER_INITIAL, 0);
	if (timer_scale.mult || cpu_features.tsc_deadline) lapic_timer_enable();
}

void lapic_init(void)
{
	x2apic = cpu_features.x2apic;
	if (!x2apic) {
		/* Where hardware says it is counts; the MADT may be wrong, but not the other way
		 * round. */
		uint64_t base = msr_read(MSR_APIC_BASE) & ~(uint64_t)(PAGE_SIZE - 1);

		acpi_facts.lapic_phys = base & ((1ull << cpu_features.phys_bits) - 1);
		registers = arch_map_device(acpi_facts.lapic_phys, PAGE_SIZE);
		if (!registers) panic("the local APIC at 0x%lx cannot be mapped", acpi_facts.lapic_phys);
	}
	lapic_init_cpu();
	kprintf("lapic: %s, id %u, %s timer\n", x2apic ? "x2APIC" : "xAPIC", lapic_id(),
		cpu_features.tsc_deadline ? "TSC-deadline" : "one-shot");
}

uint32_t lapic_id(void) { return x2apic ? reg_read(REG_ID) : reg_read(REG_ID) >> 24; }

uint64_t lapic_phys(void) { return align_down(acpi_facts.lapic_phys, PAGE_SIZE); }

void lapic_eoi(void) { reg_write(REG_EOI, 0); }

void lapic_timer_enable(void)
{
	reg_write(REG_LVT_TIMER, VECTOR_TIMER | (cpu_features.tsc_deadline ? LVT_TIMER_DEADLINE : 0));
	/* The MMIO write of the mode must be done before the deadline MSR is written (10.5.4.1). */
	__asm__ volatile("mfence" : : : "memory");
}

void lapic_timer_set_rate(uint64_t ticks_per_sec, uint64_t tsc_per_sec)
{
	timer_scale = clock_scale_make(tsc_per_sec, ticks_per_sec);
}

void lapic_timer_free_run(void)
{
	reg_write(REG_LVT_TIMER, LVT_MASKED | VECTOR_TIMER);
	reg_write(REG_TIMER_INITIAL, UINT32_MAX);
}

uint32_t lapic_timer_count(void) { return reg_read(REG_TIMER_CURRENT); }

bool lapic_timer_needs_rate(void) { return !cpu_features.tsc_deadline; }

/* Rounded up, so that the counter does not keep ending a moment too early. */
static uint32_t timer_ticks_until(uint64_t tsc_deadline)
{
	uint64_t now = tsc_read();
	uint64_t ticks;

	if (tsc_deadline <= now) return 1;
	ticks = clock_scale_apply(timer_scale, tsc_deadline - now);
	return ticks >= UINT32_MAX ? UINT32_MAX : (uint32_t)ticks + 1;
}

void lapic_timer_set_tsc(uint64_t tsc_deadline)
{
	if (cpu_features.tsc_deadline) /* 0 disarms; a deadline of 1 is in the past and fires at once */
		msr_write(MSR_TSC_DEADLINE, tsc_deadline == UINT64_MAX ? 0 : tsc_deadline + !tsc_deadline);
	else
		reg_write(REG_TIMER_INITIAL, tsc_deadline == UINT64_MAX ? 0 : timer_ticks_until(tsc_deadline));
}

void lapic_send_ipi(uint32_t apic_id, uint8_t vector) { icr_write(apic_id, ICR_ASSERT | vector); }

void lapic_send_ipi_others(uint8_t vector) { icr_write(0, ICR_ALL_BUT_SELF | ICR_ASSERT | vector); }

void lapic_send_nmi_others(void) { icr_write(0, ICR_ALL_BUT_SELF | ICR_ASSERT | ICR_NMI); }

void lapic_send_init(uint32_t apic_id) { icr_write(apic_id, ICR_ASSERT | ICR_INIT); }

void lapic_send_startup(uint32_t apic_id, uint8_t page_number)
{
	icr_write(apic_id, ICR_ASSERT | ICR_STARTUP | page_number);
}

uint32_t lapic_error_take(void)
{
	/* a write latches the errors, then they can be read */
	reg_write(REG_ERROR, 0);
	return reg_read(REG_ERROR);
}
