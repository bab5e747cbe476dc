/* SPDX-License-Identifier: 0BSD */
/* acpi.c: tests of the ACPI reader against sound, odd and damaged tables. */
#include "arch/x86_64/acpi.h"

#include "arch/x86_64/boot/acpi_table.h"
#include "arch/x86_64/boot/boot.h"
#include "host/boot_machine.h"
#include "host/harness.h"
#include "host/shim/arch.h"

#include <string.h>

#define RSDP_AT	 0xf0040
#define XSDT_AT	 0x7000000
#define RSDT_AT	 0x7001000
#define MADT_AT	 0x7002000
#define FADT_AT	 0x7004000
#define HPET_AT	 0x7005000
#define HEADER	 36
#define MADT_MAX 4096

static uint8_t rsdp[36], xsdt[HEADER + 24], rsdt[HEADER + 12];
static uint8_t madt[MADT_MAX], fadt[244], hpet[56];
static uint32_t madt_len;

static void put32(uint8_t *to, uint32_t value) { memcpy(to, &value, sizeof(value)); }

static void put64(uint8_t *to, uint64_t value) { memcpy(to, &value, sizeof(value)); }

static void header(uint8_t *table, const char *signature, uint32_t len)
{
	memcpy(table, signature, 4);
	put32(table + 4, len);
}

static void madt_add(const uint8_t *entry, uint32_t len)
{
	memcpy(madt + madt_len, entry, len);
	madt_len += len;
}

static void madt_add_cpu(uint8_t uid, uint8_t apic_id, uint8_t flags)
{
	madt_add((const uint8_t[]){0, 8, uid, apic_id, flags, 0, 0, 0}, 8);
}

static void seal(void)
{
	header(madt, "APIC", madt_len);
	machine_checksum(madt, madt_len, 9);
	machine_checksum(fadt, sizeof(fadt), 9);
	machine_checksum(hpet, sizeof(hpet), 9);
	machine_checksum(xsdt, sizeof(xsdt), 9);
	machine_checksum(rsdt, sizeof(rsdt), 9);
	machine_checksum(rsdp, 20, 8);
	machine_checksum(rsdp, 36, 32);
}

/* A machine with tables as QEMU's q35 has them, but for the CPUs. */
static void build(void)
{
	static const uint32_t at[] = {FADT_AT, MADT_AT, HPET_AT};

	machine_reset();
	memcpy(rsdp, "RSD PTR ", 8);
	rsdp[15] = 2;
	put32(rsdp + 16, RSDT_AT);
	put32(rsdp + 20, sizeof(rsdp));
	put64(rsdp + 24, XSDT_AT);
	header(xsdt, "XSDT", sizeof(xsdt));
	header(rsdt, "RSDT", sizeof(rsdt));
	for (uint32_t i = 0; i < 3; i++) {
		put64(xsdt + HEADER + 8 * i, at[i]);
		put32(rsdt + HEADER + 4 * i, at[i]);
	}
	memset(madt, 0, sizeof(madt));
	put32(madt + HEADER, 0xfee00000);
	put32(madt + HEADER + 4, 1);
	madt_len = HEADER + 8;
	madt_add((const uint8_t[]){1, 12, 0, 0, 0, 0, 0xc0, 0xfe, 0, 0, 0, 0}, 12);
	madt_add((const uint8_t[]){2, 10, 0, 0, 2, 0, 0, 0, 0, 0}, 10);
	madt_add((const uint8_t[]){2, 10, 0, 9, 9, 0, 0, 0, 0x0f, 0}, 10);
	madt_add((const uint8_t[]){4, 6, 0xff, 0, 0, 1}, 6);
	memset(fadt, 0, sizeof(fadt));
	header(fadt, "FACP", sizeof(fadt));
	put32(fadt + 76, 0x608);
	fadt[91] = 4;
	memset(hpet, 0, sizeof(hpet));
	header(hpet, "HPET", sizeof(hpet));
	put64(hpet + 44, 0xfed00000);
	seal();
	machine_put(RSDP_AT, rsdp, sizeof(rsdp));
	machine_put(XSDT_AT, xsdt, sizeof(xsdt));
	machine_put(RSDT_AT, rsdt, sizeof(rsdt));
	machine_put(MADT_AT, madt, sizeof(madt));
	machine_put(FADT_AT, fadt, sizeof(fadt));
	machine_put(HPET_AT, hpet, sizeof(hpet));
}

static bool defaults_stand(void)
{
	return !acpi_facts.madt_found && acpi_facts.cpu_count == 1 && acpi_facts.lapic_phys == 0xfee00000 &&
	       acpi_facts.hpet_phys == 0 && acpi_facts.ioapic_count == 1 && acpi_facts.isa[0].gsi == 2;
}

TEST(acpi, facts_are_found)
{
	build();
	EXPECT_EQ(rsdp_scan(), RSDP_AT);
	acpi_init(RSDP_AT);
	EXPECT(acpi_facts.madt_found);
	EXPECT_EQ(acpi_facts.ioapic_count, 1);
	EXPECT_EQ(acpi_facts.ioapics[0].phys, 0xfec00000);
	EXPECT_EQ(acpi_facts.isa[0].gsi, 2);
	EXPECT(!acpi_facts.isa[0].level && !acpi_facts.isa[0].active_low);
	EXPECT(acpi_facts.isa[9].level && acpi_facts.isa[9].active_low);
	EXPECT_EQ(acpi_facts.isa[5].gsi, 5);
	EXPECT_EQ(acpi_facts.hpet_phys, 0xfed00000);
	EXPECT_EQ(boot_info_get()->acpi_root_phys, XSDT_AT);
	EXPECT_EQ(acpi_root_find(RSDP_AT).entry_bytes, 8);
}

TEST(acpi, no_tables_mean_the_defaults)
{
	build();
	acpi_init(0);
	EXPECT(defaults_stand());
	acpi_init(XSDT_AT);
	EXPECT(defaults_stand());
	EXPECT_EQ(boot_info_get()->acpi_root_phys, 0);
}

TEST(acpi, a_damaged_xsdt_leads_to_the_rsdt)
{
	build();
	xsdt[20]++;
	acpi_init(RSDP_AT);
	EXPECT(acpi_facts.madt_found);
	EXPECT_EQ(boot_info_get()->acpi_root_phys, RSDT_AT);
	EXPECT_EQ(acpi_root_find(RSDP_AT).entry_bytes, 4);
}

TEST(acpi, a_damaged_madt_is_not_believed)
{
	build();
	madt[60]++;
	acpi_init(RSDP_AT);
	EXPECT(!acpi_facts.madt_found);
	EXPECT_EQ(acpi_facts.cpu_count, 1);
	EXPECT_EQ(acpi_facts.hpet_phys, 0xfed00000);
}

TEST(acpi, cpus_are_enabled_unique_and_bounded)
{
	uint32_t own;

	build();
	acpi_init(0);
	own = acpi_facts.cpus[0];
	madt_add_cpu(1, (uint8_t)own, 1);
	madt_add_cpu(2, 200, 0);
	for (uint8_t i = 0; i < 100; i++)
		madt_add_cpu(i, (uint8_t)(i + 100), 1);
	madt_add_cpu(9, 110, 1);
	seal();
	acpi_init(RSDP_AT);
	EXPECT_EQ(acpi_facts.cpu_count, CPU_MAX);
	EXPECT(acpi_facts.cpus_left_out > 0);
	EXPECT_EQ(acpi_facts.cpus[0], own);
	for (uint32_t i = 0; i < CPU_MAX; i++) {
		for (uint32_t j = 0; j < i; j++)
			EXPECT(acpi_facts.cpus[i] != acpi_facts.cpus[j]);
	}
}

TEST(acpi, an_entry_without_length_ends_the_walk)
{
	build();
	madt_add((const uint8_t[]){0, 0}, 2);
	madt_add_cpu(1, 77, 1);
	seal();
	acpi_init(RSDP_AT);
	EXPECT(acpi_facts.madt_found);
	EXPECT_EQ(acpi_facts.cpu_count, 1);
}

TEST(acpi, a_short_entry_is_skipped)
{
	build();
	madt_add((const uint8_t[]){0, 4, 1, 77}, 4);
	madt_add_cpu(2, 78, 1);
	seal();
	acpi_init(RSDP_AT);
	EXPECT_EQ(acpi_facts.cpu_count, 2);
	EXPECT_EQ(acpi_facts.cpus[1], 78);
}

TEST(acpi, damaged_tables_do_no_harm)
{
	static uint8_t *const tables[] = {rsdp, xsdt, rsdt, fadt, hpet};
	static const uint32_t sizes[] = {sizeof(rsdp), sizeof(xsdt), sizeof(rsdt), sizeof(fadt), sizeof(hpet)};
	static char swallowed[4096];

	for (int round = 0; round < 20000; round++) {
		build();
		madt_add_cpu(1, 77, 1);
		for (int i = 0; i < 4; i++) {
			uint32_t table = host_random() % 6;

			if (table == 5)
				madt[HEADER + host_random() % (madt_len - HEADER)] = (uint8_t)host_random();
			else
				tables[table][host_random() % sizes[table]] = (uint8_t)host_random();
		}
		if (host_random() % 4)
			seal();
		shim_capture(swallowed, sizeof(swallowed));
		acpi_init(RSDP_AT);
		shim_capture(NULL, 0);
		REQUIRE(acpi_facts.cpu_count >= 1 && acpi_facts.cpu_count <= CPU_MAX);
		REQUIRE(acpi_facts.ioapic_count <= IOAPIC_MAX);
	}
}
