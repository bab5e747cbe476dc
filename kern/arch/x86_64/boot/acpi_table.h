/* SPDX-License-Identifier: 0BSD */
/* acpi_table.h: inside of the ACPI reader: tables that may be believed.
 *
 * All pointers point into the loader's identity map and are dead after paging_init().
 */
#pragma once

#include <stdint.h>

/* ACPI 6.4, table 5.4 */
struct acpi_header {
	char signature[4];
	uint32_t length; /* with this header */
	uint8_t revision, checksum;
	char oem[6], oem_table[8];
	uint32_t oem_revision, creator, creator_revision;
} __attribute__((packed));

_Static_assert(sizeof(struct acpi_header) == 36, "laid down by the specification");

struct acpi_root {
	const struct acpi_header *table; /* NULL: no ACPI */
	uint64_t phys;
	uint32_t entry_bytes; /* 8: XSDT, 4: RSDT */
};

/* XSDT where it is sound, else RSDT. Any argument is acceptable. */
struct acpi_root acpi_root_find(uint64_t rsdp_phys);

/* The first table with this signature if its length and checksum are right, else NULL. */
const struct acpi_header *acpi_table_find(const struct acpi_root *root, const char *signature);
