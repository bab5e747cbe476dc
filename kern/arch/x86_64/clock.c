/* SPDX-License-Identifier: 0BSD */
/* clock.c: finding out how fast the TSC and the local APIC timer run.
 *
 * A reference is a counter of known rate (clock_reference.c).  Both unknown clocks and the
 * reference are read together at the start and at the end of an interval; of several readings the
 * one is kept that took the fewest TSC ticks, so that a reading which was interrupted (by firmware
 * or a hypervisor) does not count.  Where CPUID states the TSC's rate, that is believed, and the
 * TSC is the reference.
 */
#include "arch/x86_64/clock.h"
#include "arch/x86_64/clock_reference.h"
#include "arch/x86_64/cpuid.h"
#include "arch/x86_64/lapic.h"
#include "lib/assert.h"
#include "lib/bits.h"
#include "lib/printf.h"

#define NS_PER_SEC	      1000000000ull
#define TSC_HZ_ASSUMED	      1000000000ull
#define TSC_HZ_MIN	      10000000ull
#define TSC_HZ_MAX	      100000000000ull
#define SAMPLES		      8
#define GIVE_UP_TSC	      (1ull << 34)
#define LAPIC_INTERVAL_NS     10000000ull
#define SCALE_SHIFT_MAX	      95

#define LEAF_TSC	      0x15
#define LEAF_FREQUENCY	      0x16
#define LEAF_HYPERVISOR	      0x40000000
#define LEAF_HYPERVISOR_CLOCK 0x40000010

struct boot_clock clock;

static const char *clock_source;

struct sample {
	uint64_t tsc;
	uint32_t reference;
	uint32_t lapic; /* counts down */
};

void clock_start(void) { clock.tsc_base = tsc_read(); }

/* Long division, bit by bit: the quotient gets as many binary digits as fit into 63 bits. */
struct clock_scale clock_scale_make(uint64_t from_hz, uint64_t to_hz)
{
	struct clock_scale scale = {to_hz / from_hz, 0};
	uint64_t rest = to_hz % from_hz;

	KASSERT(from_hz > 0 && from_hz < 1ull << 62, "or the remainder would overflow");
	while (scale.mult < 1ull << 62 && scale.shift < SCALE_SHIFT_MAX) {
		rest <<= 1;
		scale.mult = scale.mult << 1 | (rest >= from_hz);
		if (rest >= from_hz) rest -= from_hz;
		scale.shift++;
	}
	return scale;
}

/* What leaf 15h (ratio to the crystal) and, for the crystal, leaf 16h say; 0 when they do not. */
static uint64_t tsc_hz_from_cpuid(void)
{
	struct cpuid_regs ratio;
	uint64_t crystal;

	if (cpu_features.max_leaf < LEAF_TSC) return 0;
	ratio = cpuid(LEAF_TSC, 0);
	if (ratio.eax == 0 || ratio.ebx == 0) return 0;
	crystal = ratio.ecx;
	if (crystal == 0 && cpu_features.max_leaf >= LEAF_FREQUENCY)
		crystal = (cpuid(LEAF_FREQUENCY, 0).eax & 0xffff) * 1000000ull * ratio.eax / ratio.ebx;
	return crystal * ratio.ebx / ratio.eax;
}

/* kHz in the leaf that VMware began and KVM and QEMU follow. */
static uint64_t tsc_hz_from_hypervisor(void)
{
	if (!cpu_features.hypervisor || cpuid(LEAF_HYPERVISOR, 0).eax < LEAF_HYPERVISOR_CLOCK) return 0;
	return cpuid(LEAF_HYPERVISOR_CLOCK, 0).eax * 1000ull;
}

static struct sample take_sample(const struct clock_reference *reference)
{
	struct sample best = {0};
	uint64_t best_ticks = UINT64_MAX;

	for (uint32_t i = 0; i < SAMPLES; i++) {
		uint64_t before = tsc_read_ordered();
		uint32_t lapic = lapic_timer_count();
		uint32_t value = reference ? reference->read() : 0;
		uint64_t ticks = tsc_read_ordered() - before;

		if (ticks < best_ticks) {
			best_ticks = ticks;
			best = (struct sample){before + ticks / 2, value, lapic};
		}
	}
	return best;
}

/* Waits until `ticks` of the reference have gone by since `start`; false when it seems to stand. */
static bool wait_reference(const struct clock_reference *reference, const struct sample *start)
{
	while (((reference->read() - start->reference) & reference->mask) < reference->interval) {
		if (tsc_read() - start->tsc > GIVE_UP_TSC) return false;
		cpu_relax();
	}
	return true;
}

static void set_tsc_rate(uint64_t hz, const char *source)
{
	struct clock_scale to_ns = clock_scale_make(hz, NS_PER_SEC), to_tsc = clock_scale_make(NS_PER_SEC, hz);

	clock = (struct boot_clock){clock.tsc_base, hz, to_ns.mult, to_tsc.mult, to_ns.shift, to_tsc.shift};
	clock_source = source;
}

static bool hz_is_sane(uint64_t hz) { return hz >= TSC_HZ_MIN && hz <= TSC_HZ_MAX; }

static void set_lapic_rate(const struct sample *start, const struct sample *end)
{
	uint64_t lapic_ticks = start->lapic - end->lapic;
	uint64_t tsc_ticks = end->tsc - start->tsc;

	if (!lapic_timer_needs_rate()) return;
	if (lapic_ticks == 0) panic("the local APIC timer does not count");
	lapic_timer_set_rate(lapic_ticks * clock.tsc_per_sec / tsc_ticks, clock.tsc_per_sec);
}

/* Both rates from one interval; false when the reference is no good. */
static bool measure_both(const struct clock_reference *reference, const char *source)
{
	struct sample start, end;
	uint64_t reference_ticks, hz;

	if (!reference) return false;
	start = take_sample(reference);
	if (!wait_reference(reference, &start)) return false;
	end = take_sample(reference);
	reference_ticks = (end.reference - start.reference) & reference->mask;
	hz = (end.tsc - start.tsc) * reference->hz / reference_ticks;
	if (!hz_is_sane(hz)) return false;
	set_tsc_rate(hz, source);
	set_lapic_rate(&start, &end);
	return true;
}

static void measure_lapic(void)
{
	struct sample start = take_sample(NULL);
	uint64_t interval = clock_ns_to_ticks(LAPIC_INTERVAL_NS);
	struct sample end;

	while (tsc_read() - start.tsc < interval) cpu_relax();
	end = take_sample(NULL);
	set_lapic_rate(&start, &end);
}

static void find_rates(void)
{
	uint64_t cpuid_hz = tsc_hz_from_cpuid();
	uint64_t hypervisor_hz = tsc_hz_from_hypervisor();

	lapic_timer_free_run();
	if (hz_is_sane(cpuid_hz)) {
		set_tsc_rate(cpuid_hz, "CPUID");
		measure_lapic();
	} else if (hz_is_sane(hypervisor_hz)) {
		set_tsc_rate(hypervisor_hz, "hypervisor");
		measure_lapic();
	} else if (!measure_both(clock_reference_hpet(), "HPET") && !measure_both(clock_reference_pit(), "PIT")) {
		set_tsc_rate(TSC_HZ_ASSUMED, "nothing (assumed)");
		measure_lapic();
	}
}

void clock_init(void)
{
	find_rates();
	lapic_timer_set_tsc(UINT64_MAX);
	lapic_timer_enable();
	kprintf("clock: TSC %lu kHz by %s%s\n", clock.tsc_per_sec / 1000, clock_source,
		cpu_features.invtsc || cpu_features.hypervisor ? "" : "; warning: not invariant, time may drift");
}

void clock_spin_ns(uint64_t ns)
{
	uint64_t end = clock_ns_to_tsc(clock_now_ns() + ns);

	while (tsc_read() < end) cpu_relax();
}
