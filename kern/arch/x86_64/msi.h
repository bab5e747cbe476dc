/* SPDX-License-Identifier: 0BSD */
/*
 * Message-signalled interrupts: the address and data that a device writes to raise a vector on a
 * CPU.
 *
 * Edge-triggered, fixed delivery, physical destination (Intel SDM vol.3 10.11).  A device that can
 * be told where to write can raise any interrupt, so who may program these is a matter of
 * authority.
 */
#pragma once

#include <stdint.h>

/*
 * For the CPU with index `cpu` (as in arch_cpu.index).  0; -EINVAL when the vector is not a device
 * vector, the CPU does not exist, or its APIC id does not fit in 8 bits (which needs a remapping
 * unit).
 */
int msi_compose(uint32_t cpu, uint8_t vector, uint64_t *address, uint32_t *data);
