/* SPDX-License-Identifier: 0BSD */
/* arch_irq.h: interrupt lines that nobody raises. */
#pragma once

#include <abi/errno.h>
#include <abi/irq.h>
#include <stdbool.h>
#include "sched/cpu.h"

#define ARCH_IRQ_LINES 24

static inline bool arch_irq_line_exists(uint32_t line) { return line < ARCH_IRQ_LINES; }

static inline uint32_t arch_irq_isa_line(uint32_t isa, uint32_t *mode)
{
	*mode = 0;
	return isa;
}

static inline int arch_irq_route(uint32_t line, uint32_t mode, const struct cpu *cpu, unsigned number) { return 0; }

static inline void arch_irq_mask(uint32_t line) {}

static inline void arch_irq_unmask(uint32_t line) {}

static inline int arch_irq_msi(const struct cpu *cpu, unsigned number, struct irq_msi *msi) { return -EINVAL; }

static inline void arch_irq_end(void) {}

static inline unsigned arch_irq_number(unsigned vector) { return vector - 48; }
