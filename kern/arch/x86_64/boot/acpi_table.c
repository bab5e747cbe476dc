/* SPDX-License-Identifier: 0BSD */
/* acpi_table.c: finding and believing ACPI tables: RSDP, root table, and a table by its signature.
 *
 * Source: ACPI specification 6.4, 5.2.5 (RSDP), 5.2.6 (header), 5.2.7 (RSDT), 5.2.8 (XSDT).
 */
#include "arch/x86_64/boot/acpi_table.h"
#include "arch/x86_64/boot/boot.h"
#include "lib/bits.h"
#include "lib/printf.h"
#include "lib/string.h"

#define TABLE_MAX_BYTES (1u << 20)
#define ROOT_ENTRY_MAX	256

#define BIOS_AREA_BASE	0xe0000
#define BIOS_AREA_END	0x100000
#define EBDA_SEGMENT_AT 0x40e
#define EBDA_SCAN_BYTES 1024

struct rsdp {
	char signature[8];
	uint8_t checksum;
	char oem[6];
	uint8_t revision;
	uint32_t rsdt_phys;
	/* revision 2 and later */
	uint32_t length;
	uint64_t xsdt_phys;
	uint8_t extended_checksum, reserved[3];
} __attribute__((packed));

#define RSDP_OLD_BYTES 20
#define RSDP_MAX_BYTES 256

static bool sum_is_zero(const void *data, uint32_t len)
{
	const uint8_t *bytes = data;
	uint8_t sum = 0;

	for (uint32_t i = 0; i < len; i++) sum = (uint8_t)(sum + bytes[i]);
	return sum == 0;
}

bool rsdp_check(uint64_t phys)
{
	const struct rsdp *rsdp = boot_peek(phys, RSDP_OLD_BYTES);

	return rsdp && memcmp(rsdp->signature, "RSD PTR ", 8) == 0 && sum_is_zero(rsdp, RSDP_OLD_BYTES);
}

static uint64_t scan(uint64_t base, uint64_t end)
{
	for (uint64_t phys = base; phys + RSDP_OLD_BYTES <= end; phys += 16) {
		if (rsdp_check(phys)) return phys;
	}
	return 0;
}

uint64_t rsdp_scan(void)
{
	const uint16_t *segment = boot_peek(EBDA_SEGMENT_AT, sizeof(*segment));
	uint64_t ebda = segment ? (uint64_t)*segment << 4 : 0;
	uint64_t found = 0;

	if (ebda >= 0x400 && ebda < 0xa0000) found = scan(ebda, ebda + EBDA_SCAN_BYTES);
	return found ? found : scan(BIOS_AREA_BASE, BIOS_AREA_END);
}

/* A table whose header, length and checksum are right, or NULL. signature NULL: any. */
static const struct acpi_header *table_at(uint64_t phys, const char *signature)
{
	const struct acpi_header *header = boot_peek(phys, sizeof(*header));
	uint32_t length;

	if (!header || (signature && memcmp(header->signature, signature, 4) != 0)) return NULL;
	length = header->length;
	if (length < sizeof(*header) || length > TABLE_MAX_BYTES) return NULL;
	header = boot_peek(phys, length);
	if (!header || !sum_is_zero(header, length)) {
		kprintf("acpi: table at 0x%lx is damaged, ignored\n", phys);
		return NULL;
	}
	return header;
}

/* The whole of an RSDP of revision 2 or later, or NULL. */
static const struct rsdp *new_rsdp(uint64_t phys)
{
	const struct rsdp *rsdp = boot_peek(phys, sizeof(*rsdp));
	uint32_t length = rsdp ? rsdp->length : 0;

	if (!rsdp || rsdp->revision < 2 || length < sizeof(*rsdp) || length > RSDP_MAX_BYTES) return NULL;
	rsdp = boot_peek(phys, length);
	return rsdp && sum_is_zero(rsdp, length) ? rsdp : NULL;
}

struct acpi_root acpi_root_find(uint64_t rsdp_phys)
{
	const struct rsdp *rsdp;
	struct acpi_root root = {0};

	if (!rsdp_check(rsdp_phys)) return root;
	rsdp = new_rsdp(rsdp_phys);
	if (rsdp) root = (struct acpi_root){table_at(rsdp->xsdt_phys, "XSDT"), rsdp->xsdt_phys, 8};
	rsdp = boot_peek(rsdp_phys, RSDP_OLD_BYTES);
	if (!root.table && rsdp) root = (struct acpi_root){table_at(rsdp->rsdt_phys, "RSDT"), rsdp->rsdt_phys, 4};
	return root;
}

const struct acpi_header *acpi_table_find(const struct acpi_root *root, const char *signature)
{
	const char *entry;
	uint32_t count;

	if (!root->table) return NULL;
	entry = (const char *)(root->table + 1);
	count = (root->table->length - (uint32_t)sizeof(*root->table)) / root->entry_bytes;
	for (uint32_t i = 0; i < min(count, (uint32_t)ROOT_ENTRY_MAX); i++) {
		const struct acpi_header *header;
		uint64_t phys = 0;

		memcpy(&phys, entry + i * root->entry_bytes, root->entry_bytes);
		header = boot_peek(phys, sizeof(*header));
		if (header && memcmp(header->signature, signature, 4) == 0) return table_at(phys, signature);
	}
	return NULL;
}
