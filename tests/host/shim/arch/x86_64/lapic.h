/* SPDX-License-Identifier: 0BSD */
/* lapic.h: inter-processor interrupts of the simulation. */
#pragma once

#include <stdint.h>

void lapic_send_ipi(uint32_t apic_id, uint8_t vector);
