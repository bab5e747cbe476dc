/* SPDX-License-Identifier: 0BSD */
/* boot_info.h: what the boot path hands to the rest of the kernel.
 *
 * Whatever loaded us (GRUB through multiboot2, QEMU through PVH), the facts end up in one
 * normalised `struct boot_info`, copied out of the loader's memory, checked and bounded.  It is
 * written once before kernel_main() and is read-only from then on.
 *
 * Memory is handed over in two steps.  While the kernel sets itself up it takes memory for good
 * with boot_alloc().  Then boot_memory_for_each() lists what is left, which all goes to the first
 * program; from that call on boot_alloc() must not be used any more (it asserts).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <abi/boot.h>

/* Kernel objects live below this: slot links are physical addresses / 32 in 32 bits. */
#define OBJECT_MEMORY_END (1ul << 37)

#define BOOT_REGION_MAX	  64
#define BOOT_CMDLINE_MAX  512

/* In rising order of precedence: where the loader's regions overlap the later type wins. */
enum boot_region_type {
	BOOT_REGION_USABLE,
	BOOT_REGION_ACPI_RECLAIM, /* ACPI tables; left alone, readable as device memory */
	BOOT_REGION_ACPI_NVS,
	BOOT_REGION_RESERVED,
	BOOT_REGION_BAD,
};

/* Page-aligned, not empty; the array is sorted by base and free of overlaps. */
struct boot_region {
	uint64_t base, len_bytes;
	enum boot_region_type type;
};

/* Exactly as the loader placed it: base need not be page-aligned. len_bytes == 0: no module. */
struct boot_module {
	uint64_t phys, len_bytes;
};

struct boot_info {
	char cmdline[BOOT_CMDLINE_MAX + 1]; /* NUL-terminated */
	bool cmdline_truncated;
	bool regions_truncated; /* more than BOOT_REGION_MAX: the smallest were left out */
	uint32_t region_count;
	struct boot_region regions[BOOT_REGION_MAX];
	struct boot_module module;	 /* lies in usable RAM, never handed out, direct-mapped */
	struct boot_display framebuffer; /* only direct-colour (RGB) modes are reported */
	uint64_t rsdp_phys;		 /* 0: none. May be the loader's copy, in memory that is free now */
	uint64_t acpi_root_phys;	 /* XSDT or RSDT, checked; 0: no ACPI */
	uint64_t ram_bytes;		 /* sum of all usable regions */
	uint64_t phys_limit;		 /* end of physical space that is ever handed out: min(2^46, 2^MAXPHYADDR) */
};

/* The one instance. Valid and constant from before kernel_main() on. */
const struct boot_info *boot_info_get(void);

/*
 * Takes memory for the kernel's own use, for ever, out of usable RAM: zeroed, direct-mapped,
 * physically contiguous, below OBJECT_MEMORY_END.  Never overlaps the kernel image, the module, or
 * the low 64 KiB. bytes > 0; align a power of two (0 means 16).  Bootstrap CPU only, before
 * boot_memory_for_each(). Returns the direct-map address; panics when there is not enough memory
 * (there is nobody to tell).
 */
void *boot_alloc(size_t bytes, size_t align);

enum boot_memory_kind {
	BOOT_MEMORY_RAM,    /* free RAM, direct-mapped, content undefined */
	BOOT_MEMORY_DEVICE, /* anything that is not usable RAM: MMIO, firmware tables, holes */
};

struct boot_memory {
	uint64_t base, len_bytes;
	enum boot_memory_kind kind;
};

/*
 * Calls fn once for every range that the kernel does not keep for itself: page-aligned, ascending,
 * without overlaps; free RAM and device ranges mixed.  Device ranges leave out the pages of the
 * local APIC and of the I/O APICs.  At most BOOT_MEMORY_MAX ranges.  Seals boot_alloc(). May be
 * called more than once (the same answer each time).
 */
#define BOOT_MEMORY_MAX 256
void boot_memory_for_each(void (*fn)(void *arg, const struct boot_memory *range), void *arg);

/*
 * The kernel proper.  Called once on the bootstrap CPU with interrupts off, on this CPU's final
 * kernel stack, with final page tables, console, APICs and clock running, GS base set, and no IDT
 * loaded. Other CPUs wait for smp_start().  Does not return.
 */
_Noreturn void kernel_main(const struct boot_info *info);
