/* SPDX-License-Identifier: 0BSD */
/* smp.c: starting the other CPUs, one after the other.
 *
 * For each: put its struct cpu into the trampoline's mailbox, send INIT and two start-up IPIs,
 * wait.  If it does not come, take the mailbox back and send INIT once more, which puts a straggler
 * back to waiting for a start-up IPI; so two CPUs never meet on one stack.  A CPU that has come
 * compares TSCs with the bootstrap CPU, becomes online, and enters the kernel proper.
 *
 * arch.online of the new CPU steps through enum ap_state; each step is taken by one side only.
 * Source: Intel SDM vol.3 8.4.4.1 (start-up), 8.4.3 (INIT puts an AP into wait-for-SIPI).
 */
#include "arch/x86_64/smp.h"
#include "arch/x86_64/acpi.h"
#include "arch/x86_64/boot/boot.h"
#include "arch/x86_64/clock.h"
#include "arch/x86_64/cpuid.h"
#include "arch/x86_64/lapic.h"
#include "arch/x86_64/paging.h"
#include "arch/x86_64/registers.h"
#include "lib/assert.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "sched/cpu.h"

#define NS_PER_MS     1000000ull
#define INIT_DELAY_NS (10 * NS_PER_MS)
#define SIPI_DELAY_NS 200000ull
#define ARRIVE_NS     (1000 * NS_PER_MS) /* generous: an emulated CPU may have to wait for a real one */
#define TSC_ROUNDS    32

enum ap_state { AP_ABSENT, AP_ARRIVED, AP_ONLINE };

extern char trampoline_start[], trampoline_end[], trampoline_gdt_pointer[], trampoline_gdt[];
extern char trampoline_far[], trampoline_long[], trampoline_pml4[], trampoline_mailbox[];

struct cpu *cpu_table[CPU_MAX];
uint32_t cpu_count;

static struct cpu *prepared[CPU_MAX]; /* by place in acpi_facts.cpus */
static uint64_t tsc_skew;
static uint64_t trampoline_page; /* physical; 0: no room below 640 KiB */

/* The TSC comparison: whose turn it is (even: bootstrap CPU), and the last TSC value that was seen.
 */
static uint32_t tsc_turn;
static uint64_t tsc_last;

static struct cpu *prepare(uint32_t slot)
{
	struct cpu *cpu = boot_alloc(sizeof(*cpu), max(_Alignof(struct cpu), (size_t)64));

	arch_cpu_init(&cpu->arch, cpu, slot, acpi_facts.cpus[slot]);
	return cpu;
}

void smp_init(void)
{
	_Static_assert(offsetof(struct cpu, arch) == 0, "%gs:0 is arch.self");
	for (uint32_t i = 0; i < acpi_facts.cpu_count; i++) prepared[i] = prepare(i);
	if (acpi_facts.cpu_count > 1) trampoline_page = boot_memory_take_low_page();
	arch_cpu_load(&prepared[0]->arch);
	prepared[0]->arch.online = AP_ONLINE;
	cpu_table[0] = prepared[0];
	cpu_count = 1;
}

/* Where a label of the trampoline is in its copy. */
static void *trampoline_at(const char *label)
{
	return phys_to_virt(trampoline_page + (uint64_t)(label - trampoline_start));
}

static uint32_t trampoline_linear(const char *label)
{
	return (uint32_t)(trampoline_page + (uint64_t)(label - trampoline_start));
}

static void install_trampoline(void)
{
	uint32_t gdt = trampoline_linear(trampoline_gdt);
	uint32_t entry = trampoline_linear(trampoline_long);
	uint64_t pml4 = image_to_phys(early_pml4);

	KASSERT(trampoline_end - trampoline_start <= PAGE_SIZE, "it gets one page");
	memcpy(phys_to_virt(trampoline_page), trampoline_start, (size_t)(trampoline_end - trampoline_start));
	memcpy(trampoline_at(trampoline_gdt_pointer) + 2, &gdt, sizeof(gdt));
	memcpy(trampoline_at(trampoline_far), &entry, sizeof(entry));
	memcpy(trampoline_at(trampoline_pml4), &pml4, sizeof(pml4));
}

static uint32_t state_of(const struct cpu *cpu) { return __atomic_load_n(&cpu->arch.online, __ATOMIC_ACQUIRE); }

static bool wait_for_state(const struct cpu *cpu, enum ap_state state, uint64_t limit_ns)
{
	uint64_t deadline = clock_now_ns() + limit_ns;

	while (state_of(cpu) < state) {
		if (clock_now_ns() > deadline) return false;
		cpu_relax();
	}
	return true;
}

/* One look at the TSC in turn: it must not be less than what the other CPU saw before. */
static void tsc_look(void)
{
	uint64_t now = tsc_read_ordered();

	if (now < tsc_last) tsc_skew = max(tsc_skew, tsc_last - now);
	tsc_last = now;
}

/* Both CPUs run this at the same time; gives up when the other one stays away. */
static void tsc_compare(uint32_t first_turn)
{
	uint64_t deadline = clock_now_ns() + ARRIVE_NS;

	for (uint32_t turn = first_turn; turn < TSC_ROUNDS; turn += 2) {
		while (__atomic_load_n(&tsc_turn, __ATOMIC_ACQUIRE) != turn) {
			if (clock_now_ns() > deadline) return;
			cpu_relax();
		}
		tsc_look();
		__atomic_store_n(&tsc_turn, turn + 1, __ATOMIC_RELEASE);
	}
}

/* Firmware that has set TSCs apart leaves the trace in TSC_ADJUST; the bootstrap CPU's value is
 * right. */
static uint64_t bootstrap_tsc_adjust;

static void tsc_adjust(void)
{
	if (cpu_features.tsc_adjust && msr_read(MSR_TSC_ADJUST) != bootstrap_tsc_adjust)
		msr_write(MSR_TSC_ADJUST, bootstrap_tsc_adjust);
}

/* From the trampoline, on the CPU's own stack. */
_Noreturn void smp_ap_entry(struct cpu *cpu)
{
	arch_cpu_control_init();
	cr3_write(paging_kernel_pml4());
	arch_cpu_load(&cpu->arch);
	lapic_init_cpu();
	tsc_adjust();
	if (!cpu_features_match()) kprintf("smp: warning: CPU %u lacks features of CPU 0\n", cpu->arch.index);
	__atomic_store_n(&cpu->arch.online, AP_ARRIVED, __ATOMIC_RELEASE);
	tsc_compare(1);
	while (state_of(cpu) != AP_ONLINE) cpu_relax();
	kernel_ap_main(cpu);
}

static void wake(const struct cpu *cpu)
{
	uint32_t apic_id = cpu->arch.apic_id;
	uint8_t page_number = (uint8_t)(trampoline_page >> PAGE_SHIFT);

	lapic_send_init(apic_id);
	clock_spin_ns(INIT_DELAY_NS);
	lapic_send_startup(apic_id, page_number);
	if (wait_for_state(cpu, AP_ARRIVED, SIPI_DELAY_NS)) return;
	lapic_send_startup(apic_id, page_number);
}

static void start(struct cpu *cpu)
{
	uint64_t *mailbox = trampoline_at(trampoline_mailbox);

	cpu->index = cpu->arch.index = cpu_count;
	tsc_turn = 0;
	tsc_last = 0;
	__atomic_store_n(mailbox, (uint64_t)(uintptr_t)cpu, __ATOMIC_RELEASE);
	wake(cpu);
	if (!wait_for_state(cpu, AP_ARRIVED, ARRIVE_NS)) {
		__atomic_store_n(mailbox, 0, __ATOMIC_RELEASE);
		lapic_send_init(cpu->arch.apic_id);
		kprintf("smp: CPU with APIC id %u does not answer, it is left out\n", cpu->arch.apic_id);
		return;
	}
	tsc_compare(0);
	cpu_table[cpu_count] = cpu;
	__atomic_store_n(&cpu_count, cpu_count + 1, __ATOMIC_RELEASE);
	__atomic_store_n(&cpu->arch.online, AP_ONLINE, __ATOMIC_RELEASE);
}

static void start_others(void)
{
	if (!trampoline_page) {
		kprintf("smp: no memory below 640 KiB, the other CPUs stay off\n");
		return;
	}
	if (cpu_features.tsc_adjust) bootstrap_tsc_adjust = msr_read(MSR_TSC_ADJUST);
	install_trampoline();
	for (uint32_t i = 1; i < acpi_facts.cpu_count; i++) start(prepared[i]);
}

uint32_t smp_start(void)
{
	if (acpi_facts.cpu_count > 1) start_others();
	/* Nobody runs on the early tables any more. */
	memset(early_pml4, 0, sizeof(early_pml4));
	kprintf("smp: %u CPUs\n", cpu_count);
	if (tsc_skew) kprintf("smp: warning: TSCs differ by up to %lu ticks\n", tsc_skew);
	return cpu_count;
}
