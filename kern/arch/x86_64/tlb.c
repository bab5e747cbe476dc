/* SPDX-License-Identifier: 0BSD */
/* tlb.c: flushing translation caches, here and on other CPUs.
 *
 * One word per CPU asks it for something; the asker holds the kernel lock and waits until each word
 * is 0 again. `cpu->vspace` is changed only under the lock, or by tlb_serve while the lock's holder
 * waits for it. User pages are never global and address spaces have no PCID, so writing CR3 forgets
 * all user translations and all cached table entries (Intel SDM vol.3 4.10.4.1).
 */
#include "mm/tlb.h"

#include "arch/x86_64/insn.h"
#include "arch/x86_64/lapic.h"
#include "arch/x86_64/paging.h"
#include "arch/x86_64/vectors.h"
#include "mm/vspace.h"
#include "sched/cpu.h"

enum tlb_request { TLB_NOTHING, TLB_FLUSH, TLB_FORGET };

static void obey(struct cpu *cpu, uint32_t request)
{
	if (request == TLB_FORGET) {
		cpu->vspace = NULL;
		cr3_write(paging_kernel_pml4());
	} else {
		cr3_write(cr3_read());
	}
}

void tlb_serve(void)
{
	struct cpu *cpu = this_cpu();
	uint32_t request = cpu->tlb_request;

	if (request == TLB_NOTHING) return;
	obey(cpu, request);
	cpu->counters.shootdowns++;
	cpu->tlb_request = TLB_NOTHING;
}

/* Asks all other CPUs that have V loaded, then waits for all of them. */
static void ask_others(struct cpu *self, struct vspace *v, uint32_t request)
{
	for (uint32_t i = 0; i < cpu_count; i++) {
		struct cpu *cpu = cpu_table[i];

		if (cpu == self || cpu->vspace != v) continue;
		cpu->tlb_request = request;
		lapic_send_ipi(cpu->arch.apic_id, VECTOR_SHOOTDOWN);
		self->counters.ipis++;
	}
	for (uint32_t i = 0; i < cpu_count; i++) {
		while (cpu_table[i]->tlb_request != TLB_NOTHING) cpu_relax();
	}
}

void tlb_batch_flush(struct tlb_batch *b)
{
	struct cpu *self = this_cpu();

	if (b->count == 0) return;
	if (self->vspace == b->vspace) {
		if (b->count > TLB_PAGES_MAX) {
			obey(self, TLB_FLUSH);
		} else {
			for (uint32_t i = 0; i < b->count; i++) tlb_flush_page(b->page[i]);
		}
	}
	ask_others(self, b->vspace, TLB_FLUSH);
	b->count = 0;
}

void tlb_forget(struct vspace *v)
{
	struct cpu *self = this_cpu();

	if (self->vspace == v) obey(self, TLB_FORGET);
	ask_others(self, v, TLB_FORGET);
}
