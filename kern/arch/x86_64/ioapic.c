/* SPDX-License-Identifier: 0BSD */
/* ioapic.c: the I/O APICs.
 *
 * Two registers are reached through an index and a data window; each line has a 64-bit redirection
 * entry in two halves.  The high half (destination) is written while the line is masked, so that an
 * interrupt never goes to a half-changed place.
 */
#include "arch/x86_64/ioapic.h"
#include "arch/x86_64/acpi.h"
#include "arch/x86_64/paging.h"
#include "arch/x86_64/vectors.h"
#include "lib/assert.h"
#include "lib/bits.h"
#include "lib/printf.h"

#include <abi/errno.h>

#define WINDOW_BYTES	  0x20
#define INDEX		  (0x00 / 4)
#define DATA		  (0x10 / 4)
#define REG_VERSION	  0x01
#define REG_REDIRECTION	  0x10
#define VERSION_MIN	  0x10
#define VERSION_MAX	  0x2f
#define LINES_MAX	  240

#define ENTRY_ACTIVE_LOW  (1 << 13)
#define ENTRY_LEVEL	  (1 << 15)
#define ENTRY_MASKED	  (1 << 16)
#define DESTINATION_SHIFT 24

struct line {
	volatile uint32_t *window; /* NULL: no such line */
	uint32_t reg;		   /* index of the low half */
	uint32_t low;		   /* as last written */
};

static struct line lines[GSI_MAX];
static uint64_t pages[IOAPIC_MAX];
static uint32_t page_count;

static uint32_t reg_read(volatile uint32_t *window, uint32_t reg)
{
	window[INDEX] = reg;
	return window[DATA];
}

static void reg_write(volatile uint32_t *window, uint32_t reg, uint32_t value)
{
	window[INDEX] = reg;
	window[DATA] = value;
}

static void write_low(struct line *line, uint32_t low)
{
	line->low = low;
	reg_write(line->window, line->reg, low);
}

static void add_line(volatile uint32_t *window, uint32_t pin, uint32_t gsi)
{
	if (gsi >= GSI_MAX || lines[gsi].window) return;
	lines[gsi].window = window;
	lines[gsi].reg = REG_REDIRECTION + 2 * pin;
}

/* Masks every pin, also those that get no number. */
static void add_ioapic(const struct acpi_ioapic *ioapic)
{
	volatile uint32_t *window = arch_map_device(ioapic->phys, WINDOW_BYTES);
	uint32_t version, count;

	if (!window) return;
	version = reg_read(window, REG_VERSION);
	count = (version >> 16 & 0xff) + 1;
	if ((version & 0xff) < VERSION_MIN || (version & 0xff) > VERSION_MAX || count > LINES_MAX) {
		kprintf("ioapic: none at 0x%lx\n", ioapic->phys);
		return;
	}
	pages[page_count++] = align_down(ioapic->phys, PAGE_SIZE);
	for (uint32_t pin = 0; pin < count; pin++) {
		reg_write(window, REG_REDIRECTION + 2 * pin, ENTRY_MASKED);
		if (ioapic->gsi_base < GSI_MAX) add_line(window, pin, ioapic->gsi_base + pin);
	}
	kprintf("ioapic: at 0x%lx, lines %u to %u\n", ioapic->phys, ioapic->gsi_base, ioapic->gsi_base + count - 1);
}

void ioapic_init(void)
{
	for (uint32_t i = 0; i < acpi_facts.ioapic_count; i++) add_ioapic(&acpi_facts.ioapics[i]);
}

bool ioapic_gsi_exists(uint32_t gsi) { return gsi < GSI_MAX && lines[gsi].window; }

int ioapic_route(uint32_t gsi, uint8_t vector, uint32_t apic_id, uint32_t flags)
{
	struct line *line;
	uint32_t low = ENTRY_MASKED | vector;

	if (!ioapic_gsi_exists(gsi) || vector < VECTOR_DEVICE_FIRST || apic_id > UINT8_MAX) return -EINVAL;
	if (flags & IOAPIC_LEVEL) low |= ENTRY_LEVEL;
	if (flags & IOAPIC_ACTIVE_LOW) low |= ENTRY_ACTIVE_LOW;
	line = &lines[gsi];
	write_low(line, line->low | ENTRY_MASKED);
	reg_write(line->window, line->reg + 1, apic_id << DESTINATION_SHIFT);
	write_low(line, low);
	return 0;
}

void ioapic_mask(uint32_t gsi)
{
	KASSERT(ioapic_gsi_exists(gsi), "the caller has routed it");
	write_low(&lines[gsi], lines[gsi].low | ENTRY_MASKED);
}

void ioapic_unmask(uint32_t gsi)
{
	KASSERT(ioapic_gsi_exists(gsi), "the caller has routed it");
	write_low(&lines[gsi], lines[gsi].low & ~(uint32_t)ENTRY_MASKED);
}

uint32_t ioapic_isa_gsi(uint32_t isa_irq, uint32_t *flags)
{
	const struct acpi_isa_irq *isa;

	KASSERT(isa_irq < ISA_IRQ_COUNT, "contract");
	isa = &acpi_facts.isa[isa_irq];
	*flags = (isa->level ? IOAPIC_LEVEL : 0u) | (isa->active_low ? IOAPIC_ACTIVE_LOW : 0u);
	return isa->gsi;
}

uint32_t ioapic_count(void) { return page_count; }

uint64_t ioapic_phys(uint32_t index)
{
	KASSERT(index < page_count, "contract");
	return pages[index];
}
