/* SPDX-License-Identifier: 0BSD */
/* acpi.c: from ACPI tables to struct acpi_facts.
 *
 * The MADT is a sequence of entries with type and length; an entry that is shorter than its type
 * wants is skipped, one that runs over the end ends the walk.  The bootstrap CPU always comes
 * first, named by its own CPUID and not by the table.  Without a MADT the defaults of a PC stand.
 * Source: ACPI specification 6.4, 5.2.9 (FADT), 5.2.12 (MADT); IA-PC HPET 1.0a, 3.2.4.
 */
#include "arch/x86_64/acpi.h"
#include "arch/x86_64/boot/acpi_table.h"
#include "arch/x86_64/boot/boot.h"
#include "arch/x86_64/cpuid.h"
#include "arch/x86_64/insn.h"
#include "lib/bits.h"
#include "lib/printf.h"

#define LAPIC_DEFAULT_PHYS  0xfee00000
#define IOAPIC_DEFAULT_PHYS 0xfec00000

#define CPU_ENABLED	    1

enum madt_type { MADT_LAPIC = 0, MADT_IOAPIC = 1, MADT_OVERRIDE = 2, MADT_LAPIC_ADDRESS = 5, MADT_X2APIC = 9 };

struct madt {
	struct acpi_header header;
	uint32_t lapic_phys;
	uint32_t flags;
} __attribute__((packed));

/* The entries of all types; `length` says how much of it is there. */
struct madt_entry {
	uint8_t type, length;
	union {
		struct {
			uint8_t uid, apic_id;
			uint32_t flags;
		} __attribute__((packed)) lapic;
		struct {
			uint8_t id, reserved;
			uint32_t phys, gsi_base;
		} __attribute__((packed)) ioapic;
		struct {
			uint8_t bus, irq;
			uint32_t gsi;
			uint16_t flags;
		} __attribute__((packed)) override;
		struct {
			uint16_t reserved;
			uint64_t phys;
		} __attribute__((packed)) lapic_address;
		struct {
			uint16_t reserved;
			uint32_t apic_id, flags, uid;
		} __attribute__((packed)) x2apic;
	};
} __attribute__((packed));

#define ENTRY_BYTES(member) (2 + sizeof(((struct madt_entry *)0)->member))

struct acpi_facts acpi_facts;

/* MPS INTI flags (table 5.26): polarity in bits 0..1, trigger mode in bits 2..3; 3 is low / level.
 */
static bool flags_active_low(uint16_t flags) { return (flags & 3) == 3; }

static bool flags_level(uint16_t flags) { return (flags >> 2 & 3) == 3; }

/* Leaf 0Bh has all 32 bits; leaf 1 has 8 (Intel SDM vol.3 8.9). */
static uint32_t own_apic_id(void)
{
	if (cpu_features.max_leaf >= 0xb && cpuid(0xb, 0).ebx != 0) return cpuid(0xb, 0).edx;
	return cpuid(1, 0).ebx >> 24;
}

static void add_cpu(uint32_t apic_id, uint32_t flags)
{
	if (!(flags & CPU_ENABLED) || apic_id == UINT32_MAX) return;
	for (uint32_t i = 0; i < acpi_facts.cpu_count; i++) {
		if (acpi_facts.cpus[i] == apic_id) return;
	}
	if (acpi_facts.cpu_count == CPU_MAX)
		acpi_facts.cpus_left_out++;
	else
		acpi_facts.cpus[acpi_facts.cpu_count++] = apic_id;
}

static void add_ioapic(uint64_t phys, uint32_t gsi_base)
{
	if (acpi_facts.ioapic_count == IOAPIC_MAX) {
		kprintf("acpi: more than %u I/O APICs, the rest is not used\n", IOAPIC_MAX);
		return;
	}
	acpi_facts.ioapics[acpi_facts.ioapic_count++] = (struct acpi_ioapic){phys, gsi_base};
}

static void add_override(uint8_t bus, uint8_t irq, uint32_t gsi, uint16_t flags)
{
	if (bus == 0 && irq < ISA_IRQ_COUNT)
		acpi_facts.isa[irq] = (struct acpi_isa_irq){gsi, flags_level(flags), flags_active_low(flags)};
}

static void read_entry(const struct madt_entry *entry)
{
	switch (entry->type) {
	case MADT_LAPIC:
		if (entry->length >= ENTRY_BYTES(lapic) && entry->lapic.apic_id != UINT8_MAX)
			add_cpu(entry->lapic.apic_id, entry->lapic.flags);
		break;
	case MADT_X2APIC:
		if (entry->length >= ENTRY_BYTES(x2apic)) add_cpu(entry->x2apic.apic_id, entry->x2apic.flags);
		break;
	case MADT_IOAPIC:
		if (entry->length >= ENTRY_BYTES(ioapic)) add_ioapic(entry->ioapic.phys, entry->ioapic.gsi_base);
		break;
	case MADT_OVERRIDE:
		if (entry->length >= ENTRY_BYTES(override))
			add_override(entry->override.bus, entry->override.irq, entry->override.gsi,
				     entry->override.flags);
		break;
	case MADT_LAPIC_ADDRESS:
		if (entry->length >= ENTRY_BYTES(lapic_address)) acpi_facts.lapic_phys = entry->lapic_address.phys;
		break;
	}
}

static void read_madt(const struct madt *madt)
{
	const char *entries;
	uint32_t left, length;

	if (!madt || madt->header.length < sizeof(*madt)) return;
	entries = (const char *)(madt + 1);
	acpi_facts.madt_found = true;
	acpi_facts.lapic_phys = madt->lapic_phys;
	left = madt->header.length - (uint32_t)sizeof(*madt);
	for (; left >= 2; entries += length, left -= length) {
		const struct madt_entry *entry = (const struct madt_entry *)entries;

		length = entry->length;
		if (length < 2 || length > left) break;
		read_entry(entry);
	}
}

struct hpet_table {
	struct acpi_header header;
	uint32_t id;
	uint8_t space; /* 0: memory */
	uint8_t width, offset, access;
	uint64_t phys;
} __attribute__((packed));

static void read_hpet(const struct hpet_table *hpet)
{
	if (hpet && hpet->header.length >= sizeof(*hpet) && hpet->space == 0 && is_aligned(hpet->phys, 8))
		acpi_facts.hpet_phys = hpet->phys;
}

static void set_defaults(void)
{
	acpi_facts = (struct acpi_facts){.lapic_phys = LAPIC_DEFAULT_PHYS};
	for (uint32_t i = 0; i < ISA_IRQ_COUNT; i++) acpi_facts.isa[i].gsi = i;
	add_cpu(own_apic_id(), CPU_ENABLED);
}

/* No MADT: the I/O APIC of every PC, if one answers; ioapic_init() asks. The PIT is wired to its
 * pin 2. */
static void assume_ioapic(void)
{
	add_ioapic(IOAPIC_DEFAULT_PHYS, 0);
	acpi_facts.isa[0].gsi = 2;
}

void acpi_init(uint64_t rsdp_phys)
{
	struct acpi_root root = acpi_root_find(rsdp_phys);

	set_defaults();
	read_madt((const struct madt *)acpi_table_find(&root, "APIC"));
	read_hpet((const struct hpet_table *)acpi_table_find(&root, "HPET"));
	if (!acpi_facts.madt_found) assume_ioapic();
	boot_info_writable()->acpi_root_phys = root.table ? root.phys : 0;
	kprintf("acpi: %s, %u CPUs, %u I/O APICs\n", root.table ? "tables found" : "no tables", acpi_facts.cpu_count,
		acpi_facts.ioapic_count);
	if (acpi_facts.cpus_left_out)
		kprintf("acpi: warning: %u CPUs beyond %u are not used\n", acpi_facts.cpus_left_out, CPU_MAX);
}
