/* SPDX-License-Identifier: 0BSD */
/* paging.c: the kernel's own page tables, built once.
 *
 * Tables come from boot memory and are reached through the direct map (the early one at first; it
 * has the same addresses).  map_range() uses the largest page that fits.  The direct map of the
 * kernel's text and rodata is read-only, so that there is no writable way to them.  Kernel mappings
 * are global: they are the same in every address space.
 */
#include "arch/x86_64/paging.h"
#include "arch/x86_64/boot/boot.h"
#include "arch/x86_64/cpuid.h"
#include "arch/x86_64/insn.h"
#include "arch/x86_64/layout.h"
#include "lib/assert.h"
#include "lib/bits.h"

#define TABLE_ENTRIES 512
#define TABLE_FLAGS   (PTE_PRESENT | PTE_WRITE)
#define KERNEL_PAGE   (PTE_PRESENT | PTE_ACCESSED | PTE_DIRTY | PTE_GLOBAL)
#define KERNEL_RX     KERNEL_PAGE
#define KERNEL_RO     (KERNEL_PAGE | PTE_NX)
#define KERNEL_RW     (KERNEL_PAGE | PTE_WRITE | PTE_NX)

static uint64_t kernel_pml4[TABLE_ENTRIES] __attribute__((aligned(PAGE_SIZE)));
static uint64_t device_table[TABLE_ENTRIES] __attribute__((aligned(PAGE_SIZE)));
static uint64_t stack_table[TABLE_ENTRIES] __attribute__((aligned(PAGE_SIZE)));
static uint32_t device_pages;

_Static_assert(DEVICE_WINDOW_SIZE == TABLE_ENTRIES * PAGE_SIZE, "one table each");
_Static_assert(STACK_WINDOW_SIZE == TABLE_ENTRIES * PAGE_SIZE, "one table each");

static uint32_t table_index(uint64_t virt, uint32_t shift) { return virt >> shift & (TABLE_ENTRIES - 1); }

/* The table that an entry points to; made if there is none. */
static uint64_t *next_table(uint64_t *entry)
{
	KASSERT(!(*entry & PTE_PRESENT) || !(*entry & PTE_LARGE), "nothing is mapped twice");
	if (!(*entry & PTE_PRESENT)) *entry = virt_to_phys(boot_alloc(PAGE_SIZE, PAGE_SIZE)) | TABLE_FLAGS;
	return phys_to_virt(*entry & PTE_ADDRESS_MASK);
}

/* The entry for a page of size 2^shift at virt. */
static uint64_t *entry_for(uint64_t virt, uint32_t shift)
{
	uint64_t *table = kernel_pml4;

	for (uint32_t level = 39; level > shift; level -= 9) table = next_table(&table[table_index(virt, level)]);
	return &table[table_index(virt, shift)];
}

static uint32_t largest_shift(uint64_t virt, uint64_t phys, uint64_t len)
{
	uint64_t both = virt | phys;

	if (cpu_features.gb_pages && len >= PAGE_SIZE_1G && is_aligned(both, PAGE_SIZE_1G)) return 30;
	if (len >= PAGE_SIZE_2M && is_aligned(both, PAGE_SIZE_2M)) return 21;
	return PAGE_SHIFT;
}

/* All page-aligned; nothing is mapped there yet. Empty is fine. */
static void map_range(uint64_t virt, uint64_t phys, uint64_t len, uint64_t flags)
{
	while (len > 0) {
		uint32_t shift = largest_shift(virt, phys, len);

		*entry_for(virt, shift) = phys | flags | (shift > PAGE_SHIFT ? PTE_LARGE : 0);
		virt += 1ull << shift;
		phys += 1ull << shift;
		len -= 1ull << shift;
	}
}

static void map_image_part(const char *start, const char *end, uint64_t flags)
{
	map_range((uintptr_t)start, image_to_phys(start), (uint64_t)(end - start), flags);
}

/* RAM from base to end, of which [ro_base, ro_end) must not be writable. */
static void map_direct(uint64_t base, uint64_t end)
{
	uint64_t ro_base = min(max(base, image_to_phys(kernel_text_start)), end);
	uint64_t ro_end = max(min(end, image_to_phys(kernel_rodata_end)), ro_base);

	map_range(PHYS_MAP_BASE + base, base, ro_base - base, KERNEL_RW);
	map_range(PHYS_MAP_BASE + ro_base, ro_base, ro_end - ro_base, KERNEL_RO);
	map_range(PHYS_MAP_BASE + ro_end, ro_end, end - ro_end, KERNEL_RW);
}

void paging_init(void)
{
	const struct boot_info *info = boot_info_get();

	map_image_part(kernel_text_start, kernel_text_end, KERNEL_RX);
	map_image_part(kernel_rodata_start, kernel_rodata_end, KERNEL_RO);
	map_image_part(kernel_data_start, kernel_data_end, KERNEL_RW);
	for (uint32_t i = 0; i < info->region_count; i++) {
		const struct boot_region *region = &info->regions[i];

		if (region->type == BOOT_REGION_USABLE) map_direct(region->base, region->base + region->len_bytes);
	}
	*entry_for(DEVICE_WINDOW_BASE, 21) = image_to_phys(device_table) | TABLE_FLAGS;
	*entry_for(STACK_WINDOW_BASE, 21) = image_to_phys(stack_table) | TABLE_FLAGS;

	for (uint32_t i = PML4_KERNEL_FIRST; i < PML4_KERNEL_END; i++) early_pml4[i] = kernel_pml4[i];
	cr3_write(image_to_phys(kernel_pml4));
	boot_memory_unlock_all();
}

uint64_t paging_kernel_pml4(void) { return image_to_phys(kernel_pml4); }

void paging_map_stack(uint64_t virt, uint64_t phys)
{
	uint64_t *entry = &stack_table[table_index(virt, PAGE_SHIFT)];

	KASSERT(virt >= STACK_WINDOW_BASE && virt - STACK_WINDOW_BASE < STACK_WINDOW_SIZE, "contract");
	KASSERT(*entry == 0, "each CPU's stacks are mapped once");
	*entry = phys | KERNEL_RW;
}

void *arch_map_device(uint64_t phys, size_t len)
{
	uint64_t base = align_down(phys, PAGE_SIZE);
	uint64_t offset = phys - base;
	uint64_t limit = 1ull << cpu_features.phys_bits;
	uint32_t first = device_pages;
	uint64_t pages;

	if (phys >= limit || len > limit - phys) return NULL;
	pages = align_up(offset + len, PAGE_SIZE) / PAGE_SIZE;
	if (pages == 0 || pages > TABLE_ENTRIES - device_pages) return NULL;
	for (uint64_t i = 0; i < pages; i++)
		device_table[device_pages++] = (base + i * PAGE_SIZE) | KERNEL_RW | PAGE_CACHE_UNCACHED;
	return (void *)(uintptr_t)(DEVICE_WINDOW_BASE + first * PAGE_SIZE + offset);
}
