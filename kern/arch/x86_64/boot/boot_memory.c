/* SPDX-License-Identifier: 0BSD */
/* boot_memory.c: memory before there is a memory manager: take some, then list the rest.
 *
 * The free ranges are usable RAM minus the low 64 KiB (firmware scribbles there), the kernel image
 * and the module.  boot_alloc() cuts from the top of the highest range that is mapped: below 4 GiB
 * while the early page tables are in force, then wherever kernel objects can live, so that low
 * memory, which some devices need, is spared.  Ranges only shrink; their number is bounded by the
 * loader's regions plus one for each thing carved out.
 */
#include "arch/x86_64/boot/boot.h"
#include "arch/x86_64/ioapic.h"
#include "arch/x86_64/lapic.h"
#include "arch/x86_64/layout.h"
#include "lib/assert.h"
#include "lib/bits.h"
#include "lib/string.h"

#define LOW_RESERVED_END 0x10000
#define LOW_END		 0xa0000
#define ALIGN_DEFAULT	 16
#define RANGE_MAX	 (BOOT_REGION_MAX + 8)

struct range {
	uint64_t base, end;
};

static struct range free_ranges[RANGE_MAX];
static uint32_t free_count;
static uint64_t reachable_end = BOOT_PEEK_END;
static bool sealed;

static void insert(uint32_t index, struct range range)
{
	KASSERT(free_count < RANGE_MAX, "the loader's regions and a few carvings fit");
	memmove(&free_ranges[index + 1], &free_ranges[index], (free_count - index) * sizeof(free_ranges[0]));
	free_ranges[index] = range;
	free_count++;
}

/* Takes [base, end) out of the free ranges, wherever they overlap. */
static void carve(uint64_t base, uint64_t end)
{
	for (uint32_t i = 0; i < free_count; i++) {
		struct range *range = &free_ranges[i];
		struct range upper = {max(end, range->base), range->end};

		if (base >= range->end || end <= range->base) continue;
		range->end = max(base, range->base);
		if (upper.base < upper.end) insert(i + 1, upper);
	}
}

void boot_memory_init(const struct boot_info *info)
{
	for (uint32_t i = 0; i < info->region_count; i++) {
		const struct boot_region *region = &info->regions[i];

		if (region->type == BOOT_REGION_USABLE)
			insert(free_count, (struct range){region->base, region->base + region->len_bytes});
	}
	carve(0, LOW_RESERVED_END);
	carve(image_to_phys(kernel_image_start), image_to_phys(kernel_image_end));
	if (info->module.len_bytes)
		carve(align_down(info->module.phys, PAGE_SIZE),
		      align_up(info->module.phys + info->module.len_bytes, PAGE_SIZE));
	/* A range across a border would have to be cut in its middle. */
	carve(BOOT_PEEK_END, BOOT_PEEK_END);
	carve(OBJECT_MEMORY_END, OBJECT_MEMORY_END);
}

void boot_memory_unlock_all(void) { reachable_end = OBJECT_MEMORY_END; }

/* Cuts bytes from the top of a range; 0 when they do not fit. */
static uint64_t take_from(struct range *range, uint64_t bytes, uint64_t align)
{
	uint64_t base;

	if (range->end > reachable_end || range->end - range->base < bytes) return 0;
	base = align_down(range->end - bytes, align);
	if (base < range->base) return 0;
	range->end = base;
	return base;
}

void *boot_alloc(size_t bytes, size_t align)
{
	if (align == 0) align = ALIGN_DEFAULT;
	KASSERT(!sealed, "what is left has not been given away yet");
	KASSERT(bytes > 0 && is_pow2(align), "contract");
	for (uint32_t i = free_count; i-- > 0;) {
		uint64_t phys = take_from(&free_ranges[i], bytes, align);

		if (phys) return memset(phys_to_virt(phys), 0, bytes);
	}
	panic("out of boot memory: %zu bytes wanted", bytes);
}

uint64_t boot_memory_take_low_page(void)
{
	for (uint32_t i = 0; i < free_count; i++) {
		uint64_t page = align_up(free_ranges[i].base, PAGE_SIZE);

		if (page + PAGE_SIZE <= free_ranges[i].end && page + PAGE_SIZE <= LOW_END) {
			carve(page, page + PAGE_SIZE);
			return page;
		}
	}
	return 0;
}

struct visitor {
	void (*fn)(void *arg, const struct boot_memory *range);
	void *arg;
};

static void emit(const struct visitor *visitor, uint64_t base, uint64_t end, enum boot_memory_kind kind)
{
	base = align_up(base, PAGE_SIZE);
	end = align_down(end, PAGE_SIZE);
	if (base < end) visitor->fn(visitor->arg, &(struct boot_memory){base, end - base, kind});
}

/* The lowest page in [base, end) that the kernel keeps for itself, or `end`. */
static uint64_t next_kernel_page(uint64_t base, uint64_t end)
{
	uint64_t lowest = end;
	uint64_t page = lapic_phys();

	for (uint32_t i = 0; i <= ioapic_count(); i++) {
		if (page >= base && page < lowest) lowest = page;
		page = i < ioapic_count() ? ioapic_phys(i) : end;
	}
	return lowest;
}

static void emit_device(const struct visitor *visitor, uint64_t base, uint64_t end)
{
	while (base < end) {
		uint64_t page = next_kernel_page(base, end);

		emit(visitor, base, page, BOOT_MEMORY_DEVICE);
		base = page + PAGE_SIZE;
	}
}

/* Between two usable regions everything is device; inside of one, what is still free is RAM. */
void boot_memory_for_each(void (*fn)(void *arg, const struct boot_memory *range), void *arg)
{
	const struct boot_info *info = boot_info_get();
	struct visitor visitor = {fn, arg};
	uint64_t at = 0;
	uint32_t next = 0;

	sealed = true;
	for (uint32_t i = 0; i < info->region_count; i++) {
		const struct boot_region *region = &info->regions[i];
		uint64_t end = region->base + region->len_bytes;

		if (region->type != BOOT_REGION_USABLE) continue;
		emit_device(&visitor, at, region->base);
		for (; next < free_count && free_ranges[next].base < end; next++)
			emit(&visitor, free_ranges[next].base, free_ranges[next].end, BOOT_MEMORY_RAM);
		at = end;
	}
	emit_device(&visitor, at, info->phys_limit);
}
