/* SPDX-License-Identifier: 0BSD */
/* boot.h: inside of the boot path: from a loader's structures to struct boot_info.
 *
 * start.S arrives in 32-bit mode from either loader, builds early page tables (identity, direct map
 * and kernel image for the first 4 GiB, all writable), and calls boot_main() with the two registers
 * that tell who loaded us.  While those tables live, foreign structures below 4 GiB are read with
 * boot_peek(), which checks the range.  Everything is copied; afterwards the loader's memory is
 * free.
 */
#pragma once

#include "boot_info.h"

/* What the early page tables reach. */
#define BOOT_PEEK_END 0x100000000ull

/* From start.S, on the boot stack. magic: EAX at entry; info: EBX at entry. */
_Noreturn void boot_main(uint32_t magic, uint32_t info);

/* Called on the bootstrap CPU's final stack: the second half of boot_main(). */
_Noreturn void boot_main_final(void);

/* Leaves the current stack for good. `next` does not return. */
_Noreturn void boot_switch_stack(uint64_t stack_top, void (*next)(void));

/* The early PML4: identity map of 4 GiB. APs start on it; emptied when they are up. */
extern uint64_t early_pml4[512];

/*
 * The address of [phys, phys + len_bytes) as the loader left it, or NULL when it is out of reach.
 * Not more than len_bytes may be read through it.  Before paging_init().
 */
const void *boot_peek(uint64_t phys, uint64_t len_bytes);

/*
 * Fill in what the loader knows, using the setters below.  Malformed input leaves the fields that
 * it concerns empty.  False when `phys` holds no such structure at all.
 */
bool multiboot2_parse(struct boot_info *info, uint64_t phys);
bool pvh_parse(struct boot_info *info, uint64_t phys);

/* The one instance, for the boot path only. */
struct boot_info *boot_info_writable(void);

/* Adds up and cross-checks what the loader told; looks for an RSDP if it told of none. */
void boot_info_finish(struct boot_info *info);

/* Setters: bounded, any argument is acceptable. */
void boot_info_add_region(struct boot_info *info, uint64_t base, uint64_t len_bytes, enum boot_region_type type);
void boot_info_set_cmdline(struct boot_info *info, const char *text, size_t len_bytes);
/* The first one counts; one that is out of reach of boot_peek() is ignored. */
void boot_info_add_module(struct boot_info *info, uint64_t phys, uint64_t len_bytes);

/* An entry of the BIOS memory map, as multiboot2 and PVH hand it on. */
struct boot_map_entry {
	uint64_t base, len;
	uint32_t type, reserved;
} __attribute__((packed));

/* Type numbers of the BIOS memory map (ACPI 6.4, table 15.4), which multiboot2 and PVH use too. */
enum boot_region_type boot_region_type_from_e820(uint32_t type);

/* Looks for an RSDP where a BIOS puts it (ACPI 6.4, 5.2.5.1); 0 if none. Before paging_init(). */
uint64_t rsdp_scan(void);
/* True when a valid RSDP lies there. */
bool rsdp_check(uint64_t phys);

/* Takes over the regions of `info`: from here on boot_alloc() works, below 4 GiB. */
void boot_memory_init(const struct boot_info *info);
/* The final direct map is in place: all RAM may be used. */
void boot_memory_unlock_all(void);
/* Takes a free page in [64 KiB, 640 KiB) for good, for AP start-up code; 0 if there is none. */
uint64_t boot_memory_take_low_page(void);

/* Bounds of the kernel image, from the linker script. */
extern char kernel_image_start[], kernel_image_end[];
extern char kernel_text_start[], kernel_text_end[];
extern char kernel_rodata_start[], kernel_rodata_end[];
extern char kernel_data_start[], kernel_data_end[];
