/* SPDX-License-Identifier: 0BSD */
/* lapic.h: inter-processor interrupts of the simulation. */
#ifndef TESTS_HOST_SHIM_ARCH_X86_64_LAPIC_H
#define TESTS_HOST_SHIM_ARCH_X86_64_LAPIC_H

#include <stdint.h>

void lapic_send_ipi(uint32_t apic_id, uint8_t vector);

#endif
