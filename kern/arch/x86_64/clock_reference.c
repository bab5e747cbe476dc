/* SPDX-License-Identifier: 0BSD */
/* clock_reference.c: HPET and PIT as counters of known rate.
 *
 * Only their lowest 16 to 32 bits are read, in one access, and only for some 10 ms.
 * Source: IA-PC HPET 1.0a, 2.3; Intel 8254 data sheet (mode 0, counter latch);
 * port 61h from the IBM PC/AT technical reference.
 */
#include "arch/x86_64/clock_reference.h"
#include "arch/x86_64/acpi.h"
#include "arch/x86_64/insn.h"
#include "arch/x86_64/paging.h"

#define MOVE_POLLS	 20000

#define HPET_BYTES	 0x400
#define HPET_PERIOD	 (0x004 / 4) /* femtoseconds, upper half of the capabilities */
#define HPET_CONFIG	 (0x010 / 4)
#define HPET_COUNTER	 (0x0f0 / 4)
#define HPET_ENABLE	 1
#define HPET_PERIOD_MAX	 100000000
#define FS_PER_SEC	 1000000000000000ull

#define PIT_HZ		 1193182
#define PIT_CHANNEL_2	 0x42
#define PIT_COMMAND	 0x43
#define PIT_SET_2_MODE_0 0xb0 /* channel 2, low then high byte, mode 0, binary */
#define PIT_LATCH_2	 0x80
#define PORT_SPEAKER	 0x61
#define SPEAKER_GATE_2	 0x01
#define SPEAKER_ON	 0x02

static volatile uint32_t *hpet;

static bool moves(const struct clock_reference *reference)
{
	uint32_t first = reference->read();

	for (uint32_t i = 0; i < MOVE_POLLS; i++) {
		if (((reference->read() - first) & reference->mask) != 0) return true;
	}
	return false;
}

static uint32_t hpet_read(void) { return hpet[HPET_COUNTER]; }

const struct clock_reference *clock_reference_hpet(void)
{
	static struct clock_reference reference = {.mask = UINT32_MAX, .read = hpet_read};
	uint32_t period;

	if (!acpi_facts.hpet_phys) return NULL;
	hpet = arch_map_device(acpi_facts.hpet_phys, HPET_BYTES);
	if (!hpet) return NULL;
	period = hpet[HPET_PERIOD];
	if (period == 0 || period > HPET_PERIOD_MAX) return NULL;
	hpet[HPET_CONFIG] |= HPET_ENABLE;
	reference.hz = FS_PER_SEC / period;
	reference.interval = (uint32_t)(reference.hz / 100);
	return moves(&reference) ? &reference : NULL;
}

/* It counts down; the latch makes the two bytes belong together. */
static uint32_t pit_read(void)
{
	uint32_t low, high;

	port_out8(PIT_COMMAND, PIT_LATCH_2);
	low = port_in8(PIT_CHANNEL_2);
	high = port_in8(PIT_CHANNEL_2);
	return 0xffff - (high << 8 | low);
}

const struct clock_reference *clock_reference_pit(void)
{
	static const struct clock_reference reference = {
	    .hz = PIT_HZ,
	    .mask = 0xffff,
	    .interval = PIT_HZ / 40,
	    .read = pit_read,
	};

	port_out8(PORT_SPEAKER, (uint8_t)((port_in8(PORT_SPEAKER) & ~SPEAKER_ON) | SPEAKER_GATE_2));
	port_out8(PIT_COMMAND, PIT_SET_2_MODE_0);
	port_out8(PIT_CHANNEL_2, 0xff);
	port_out8(PIT_CHANNEL_2, 0xff);
	return moves(&reference) ? &reference : NULL;
}
