/* SPDX-License-Identifier: 0BSD */
/* boot_main.c: the boot path in order: from the first C instruction to kernel_main().
 *
 * Two halves, because of the stack: boot_main() runs on a boot stack and on the early page tables
 * that map 4 GiB at 0; boot_main_final() on the CPU's own stack and the final tables.  All foreign
 * bytes (loader, ACPI) are read in the first half.  Nothing here can fail in a way that somebody
 * could handle, so it panics.
 */
#include "arch/x86_64/acpi.h"
#include "arch/x86_64/boot/boot.h"
#include "arch/x86_64/clock.h"
#include "arch/x86_64/console.h"
#include "arch/x86_64/cpuid.h"
#include "arch/x86_64/ioapic.h"
#include "arch/x86_64/lapic.h"
#include "arch/x86_64/paging.h"
#include "arch/x86_64/pic.h"
#include "arch/x86_64/smp.h"
#include "lib/assert.h"
#include "lib/printf.h"
#include "sched/cpu.h"

#define MULTIBOOT2_MAGIC 0x36d76289

static const char *const region_names[] = {[BOOT_REGION_USABLE] = "usable",
					   [BOOT_REGION_ACPI_RECLAIM] = "ACPI tables",
					   [BOOT_REGION_ACPI_NVS] = "ACPI NVS",
					   [BOOT_REGION_RESERVED] = "reserved",
					   [BOOT_REGION_BAD] = "bad"};

const void *boot_peek(uint64_t phys, uint64_t len_bytes)
{
	if (phys == 0 || phys >= BOOT_PEEK_END || len_bytes > BOOT_PEEK_END - phys) return NULL;
	return phys_to_virt(phys);
}

static void report_info(const struct boot_info *info)
{
	const struct boot_display *fb = &info->framebuffer;

	kprintf("boot: command line \"%s\"%s\n", info->cmdline, info->cmdline_truncated ? " (cut off)" : "");
	for (uint32_t i = 0; i < info->region_count; i++)
		kprintf("boot: %016lx-%016lx %s\n", info->regions[i].base,
			info->regions[i].base + info->regions[i].len_bytes - 1, region_names[info->regions[i].type]);
	if (info->regions_truncated) kprintf("boot: warning: the memory map is too long, small regions are left out\n");
	if (info->module.len_bytes)
		kprintf("boot: module at 0x%lx, %lu bytes\n", info->module.phys, info->module.len_bytes);
	if (fb->phys)
		kprintf("boot: framebuffer at 0x%lx, %ux%u, %u bits\n", fb->phys, fb->width, fb->height,
			fb->bits_per_pixel);
}

static void read_loader(struct boot_info *info, uint32_t magic, uint32_t phys)
{
	info->phys_limit = 1ull << (cpu_features.phys_bits < 46 ? cpu_features.phys_bits : 46);
	if (magic == MULTIBOOT2_MAGIC ? !multiboot2_parse(info, phys) : !pvh_parse(info, phys))
		panic("not loaded by multiboot2 or PVH (eax 0x%x, ebx 0x%x)", magic, phys);
	boot_info_finish(info);
	report_info(info);
	if (info->ram_bytes == 0) panic("the loader told of no memory");
}

_Noreturn void boot_main(uint32_t magic, uint32_t phys)
{
	struct boot_info *info = boot_info_writable();

	clock_start();
	console_init();
	KASSERT((uintptr_t)kernel_image_start == KERNEL_BASE + KERNEL_PHYS, "linker.ld and layout.h agree");
	kprintf("Parley\n");
	cpu_features_detect();
	read_loader(info, magic, phys);
	boot_memory_init(info);
	acpi_init(info->rsdp_phys);
	arch_cpu_control_init();
	cpu_features_report();
	paging_init();
	smp_init();
	boot_switch_stack(cpu_table[0]->arch.kernel_stack_top, boot_main_final);
}

_Noreturn void boot_main_final(void)
{
	pic_disable();
	lapic_init();
	ioapic_init();
	clock_init();
	kernel_main(boot_info_get());
}
