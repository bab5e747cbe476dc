/* SPDX-License-Identifier: 0BSD */
/* program.h: where a program's own segments lie; the linker script says it. */
#pragma once

/* Text is [PROGRAM_BASE, program_rodata), then constants, then data up to program_end. */
#define PROGRAM_BASE 0x400000ull
extern char program_rodata[], program_data[], program_end[];
