/* SPDX-License-Identifier: 0BSD */
/* platform.h: ways to end: a result for the emulator, reset, power off.
 *
 * arch_panic_stop(), which lib/assert.h declares, is here too: it halts the other CPUs
 * (VECTOR_HALT, then NMI for one that has interrupts off; the NMI handler looks at
 * platform_stopping), prints the trace ring, leaves QEMU with code PLATFORM_EXIT_PANIC, and
 * halts.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define PLATFORM_EXIT_PANIC 0x7f

/* Not 0 once some CPU has panicked: an NMI or VECTOR_HALT then halts for good. */
extern uint32_t platform_stopping;

/*
 * Ends the machine with exit status 2 * code + 1, if it is QEMU with `-device isa-debug-exit` (port
 * 0xf4); else returns having done nothing.  code <= 127.
 */
void arch_debug_exit(uint8_t code);

/*
 * Resets the machine: keyboard controller, then port 0xcf9, then a triple fault.  Safe to call from
 * a panic with any state.
 */
_Noreturn void arch_reset(void);

/*
 * Powers off where that is possible without ACPI's language (virtual machines), else halts this CPU
 * for good.  A proper power-off is the work of a program that reads AML.
 */
_Noreturn void arch_power_off(void);
