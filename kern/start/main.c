/* SPDX-License-Identifier: 0BSD */
/* main.c: the kernel's own beginning, after the platform's. */
#include "arch/x86_64/clock.h"
#include "arch/x86_64/fpu.h"
#include "arch/x86_64/smp.h"
#include "arch/x86_64/trap.h"
#include "debug/trace.h"
#include "lib/printf.h"
#include "sched/exit.h"
#include "sched/lock.h"
#include "start/first.h"

static void mark_ram(const struct boot_region *r)
{
	uint64_t end = min((r->base + r->len_bytes) >> PAGE_SHIFT, frame_count);

	for (uint64_t n = r->base >> PAGE_SHIFT; n < end; n++) frame_at(n)->kind = FRAME_PLAIN;
}

/* One entry for each frame up to the end of RAM. */
static void make_frame_table(const struct boot_info *info)
{
	uint64_t end = 0;

	for (uint32_t i = 0; i < info->region_count; i++) {
		if (info->regions[i].type == BOOT_REGION_USABLE)
			end = max(end, info->regions[i].base + info->regions[i].len_bytes);
	}
	end = min(end, OBJECT_MEMORY_END) >> PAGE_SHIFT;
	frame_init(boot_alloc(end * sizeof(struct frame), PAGE_SIZE), end);
	for (uint64_t n = 0; n < end; n++) frame_at(n)->kind = FRAME_DEVICE;
	for (uint32_t i = 0; i < info->region_count; i++) {
		if (info->regions[i].type == BOOT_REGION_USABLE) mark_ram(&info->regions[i]);
	}
}

/* CPUs whose structure is whole: nobody gives work to others before all are. */
static uint32_t cpus_ready;

static void init_cpu(struct cpu *cpu)
{
	for (unsigned i = 0; i < PRIORITIES; i++) list_init(&cpu->ready.of[i]);
	cpu->index = cpu->arch.index;
	cpu->timer_armed = DEADLINE_FOREVER;
	cpu->tracing = trace_on;
	trap_init_cpu();
	fpu_init();
	TRACE(BOOT, cpu->index, 0, 0);
	__atomic_add_fetch(&cpus_ready, 1, __ATOMIC_RELEASE);
}

_Noreturn void kernel_main(const struct boot_info *info)
{
	struct cpu *cpu = this_cpu();

	make_frame_table(info);
	trap_init();
	init_cpu(cpu);
	cpu_count = smp_start();
	/* They have been started, but threads may be given to them only when their queues are
	 * lists. */
	while (__atomic_load_n(&cpus_ready, __ATOMIC_ACQUIRE) < cpu_count) cpu_relax();
	kernel_lock_take();
	first_make(info);
	kernel_exit(cpu);
}

_Noreturn void kernel_ap_main(struct cpu *cpu)
{
	init_cpu(cpu);
	kernel_lock_take();
	kernel_exit(cpu);
}
