/* SPDX-License-Identifier: 0BSD */
/* arch_cpu.h: the architecture's part of struct cpu, on the host: one CPU, chosen by the test. */
#pragma once

#include <stdint.h>

#define CPU_MAX 4

struct cpu;

struct arch_cpu {
	uint32_t index;
	uint32_t apic_id;
};

extern struct cpu *shim_cpu;

static inline struct cpu *arch_cpu_self(void) { return shim_cpu; }
