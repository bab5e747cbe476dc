/* SPDX-License-Identifier: 0BSD */
/* ports.h: I/O ports by width in bytes: 1, 2 or 4. */
#pragma once

#include "arch/x86_64/insn.h"

static inline uint32_t arch_port_in(uint16_t port, unsigned width)
{
	return width == 1 ? port_in8(port) : width == 2 ? port_in16(port) : port_in32(port);
}

static inline void arch_port_out(uint16_t port, unsigned width, uint32_t value)
{
	if (width == 1)
		port_out8(port, (uint8_t)value);
	else if (width == 2)
		port_out16(port, (uint16_t)value);
	else
		port_out32(port, value);
}
