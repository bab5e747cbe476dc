/* SPDX-License-Identifier: 0BSD */
/* context.c: an idle processor holds nothing of any thread. */
#include "arch/x86_64/context.h"

#include "arch/x86_64/paging.h"

void context_unload(struct cpu *cpu)
{
	if (cpu->loaded) context_save(cpu->loaded);
	cpu->loaded = NULL;
	if (cpu->vspace) {
		cpu->vspace = NULL;
		cr3_write(paging_kernel_pml4());
	}
}
