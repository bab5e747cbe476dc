/* SPDX-License-Identifier: 0BSD */
/* arch_cpu.c: per-CPU descriptor tables, stacks and control registers.
 *
 * Source: Intel SDM vol.3 3.4.5 (descriptors), 7.2.3 (TSS descriptor), 2.5 (control registers).
 */
#include "arch/x86_64/arch_cpu.h"
#include "arch/x86_64/cpuid.h"
#include "arch/x86_64/insn.h"
#include "arch/x86_64/paging.h"
#include "arch/x86_64/registers.h"
#include "boot_info.h"
#include "lib/assert.h"

#define GDT_KERNEL_CODE 0x00209b0000000000
#define GDT_KERNEL_DATA 0x00cf93000000ffff
#define GDT_USER_DATA	0x00cff3000000ffff
#define GDT_USER_CODE	0x0020fb0000000000
#define GDT_TSS_TYPE	0x0000890000000000 /* present, available 64-bit TSS */

/* Pages of a stack slot, see arch_cpu.h. */
enum stack_page { STACK_PAGE_KERNEL = 1, STACK_PAGE_NMI = 4, STACK_PAGE_DOUBLE_FAULT, STACK_PAGE_MACHINE_CHECK };

static void set_tss_descriptor(uint64_t *gdt, const struct tss *tss)
{
	uint64_t base = (uint64_t)(uintptr_t)tss;

	gdt[0] = GDT_TSS_TYPE | (sizeof(*tss) - 1) | (base & 0xffffff) << 16 | (base >> 24 & 0xff) << 56;
	gdt[1] = base >> 32;
}

/* Backs `count` pages of the slot with memory and returns the top of that stack. */
static uint64_t map_stack(uint32_t slot, enum stack_page first, uint32_t count)
{
	uint64_t virt = STACK_WINDOW_BASE + (uint64_t)slot * STACK_SLOT_SIZE + first * PAGE_SIZE;

	for (uint32_t i = 0; i < count; i++)
		paging_map_stack(virt + i * PAGE_SIZE, virt_to_phys(boot_alloc(PAGE_SIZE, PAGE_SIZE)));
	return virt + count * PAGE_SIZE;
}

void arch_cpu_init(struct arch_cpu *arch, struct cpu *self, uint32_t slot, uint32_t apic_id)
{
	struct tss *tss = &arch->tss;

	KASSERT(slot < CPU_MAX, "the caller counts to CPU_MAX");
	arch->self = self;
	arch->slot = slot;
	arch->apic_id = apic_id;
	arch->kernel_stack_top = map_stack(slot, STACK_PAGE_KERNEL, KERNEL_STACK_SIZE / PAGE_SIZE);
	tss->rsp[0] = arch->kernel_stack_top;
	tss->ist[IST_NMI - 1] = map_stack(slot, STACK_PAGE_NMI, 1);
	tss->ist[IST_DOUBLE_FAULT - 1] = map_stack(slot, STACK_PAGE_DOUBLE_FAULT, 1);
	tss->ist[IST_MACHINE_CHECK - 1] = map_stack(slot, STACK_PAGE_MACHINE_CHECK, 1);
	tss->iomap_base = sizeof(*tss);
	arch->gdt[SEL_KERNEL_CODE / 8] = GDT_KERNEL_CODE;
	arch->gdt[SEL_KERNEL_DATA / 8] = GDT_KERNEL_DATA;
	arch->gdt[SEL_USER_DATA / 8] = GDT_USER_DATA;
	arch->gdt[SEL_USER_CODE / 8] = GDT_USER_CODE;
	set_tss_descriptor(&arch->gdt[SEL_TSS / 8], tss);
}

void arch_cpu_load(struct arch_cpu *arch)
{
	struct table_pointer pointer = {sizeof(arch->gdt) - 1, (uintptr_t)arch->gdt};

	__asm__ volatile("lgdt %0\n\t"
			 "pushq %q1\n\t"
			 "leaq 1f(%%rip), %%rax\n\t"
			 "pushq %%rax\n\t"
			 "lretq\n"
			 "1:\n\t"
			 "movl %2, %%ds\n\t"
			 "movl %2, %%es\n\t"
			 "movl %2, %%ss\n\t"
			 "movl %3, %%fs\n\t"
			 "movl %3, %%gs\n\t"
			 "ltr %w4"
			 :
			 : "m"(pointer), "i"(SEL_KERNEL_CODE), "r"(SEL_KERNEL_DATA), "r"(0), "r"(SEL_TSS)
			 : "rax", "memory");
	/* after the selector loads, which clear the base */
	msr_write(MSR_GS_BASE, (uintptr_t)arch->self);
	msr_write(MSR_KERNEL_GS_BASE, 0);
	msr_write(MSR_FS_BASE, 0);
}

void arch_cpu_control_init(void)
{
	uint64_t cr4 = cr4_read() | CR4_PAE;

	cr0_write((cr0_read() | CR0_WP | CR0_NE | CR0_MP) & ~(uint64_t)(CR0_EM | CR0_TS | CR0_AM | CR0_CD | CR0_NW));
	if (cpu_features.mce) cr4 |= CR4_MCE;
	if (cpu_features.pge) cr4 |= CR4_PGE;
	if (cpu_features.smep) cr4 |= CR4_SMEP;
	if (cpu_features.smap) cr4 |= CR4_SMAP;
	if (cpu_features.umip) cr4 |= CR4_UMIP;
	cr4_write(cr4);
	msr_write(MSR_EFER, msr_read(MSR_EFER) | EFER_NXE);
	if (cpu_features.pat) msr_write(MSR_PAT, PAT_VALUE);
}
