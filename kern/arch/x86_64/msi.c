/* SPDX-License-Identifier: 0BSD */
/*
 * Message-signalled interrupts: Intel SDM vol.3 10.11.1 and 10.11.2.
 */
#include "arch/x86_64/msi.h"
#include "arch/x86_64/vectors.h"
#include "sched/cpu.h"

#include <abi/errno.h>

#define MSI_ADDRESS_BASE  0xfee00000
#define DESTINATION_SHIFT 12

int msi_compose(uint32_t cpu, uint8_t vector, uint64_t *address, uint32_t *data)
{
	uint32_t apic_id;

	if (vector < VECTOR_DEVICE_FIRST || vector >= VECTOR_DEVICE_END || cpu >= cpu_count)
		return -EINVAL;
	apic_id = cpu_table[cpu]->arch.apic_id;
	if (apic_id > UINT8_MAX)
		return -EINVAL;
	*address = MSI_ADDRESS_BASE | apic_id << DESTINATION_SHIFT;
	*data = vector; /* edge, fixed */
	return 0;
}
