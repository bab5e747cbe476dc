/* SPDX-License-Identifier: 0BSD */
/* platform.c: ways to end the machine.
 *
 * Source: QEMU docs (isa-debug-exit, and the ACPI ports of its machine types); Intel ICH9 data
 * sheet 13.7.5 (port 0xcf9); IBM PC/AT technical reference (keyboard controller command 0xfe).
 */
#include "arch/x86_64/platform.h"

#include "arch/x86_64/arch_cpu.h"
#include "arch/x86_64/insn.h"
#include "arch/x86_64/lapic.h"
#include "arch/x86_64/vectors.h"
#include "debug/trace.h"
#include "lib/assert.h"

#define PORT_DEBUG_EXIT 0xf4
#define PORT_KBD_STATUS 0x64
#define KBD_INPUT_FULL	2
#define KBD_PULSE_RESET 0xfe
#define PORT_RESET	0xcf9
#define RESET_HARD	0x06
#define POLL_MAX	100000
#define SETTLE_READS	10000 /* reads of a slow port, about 1 us each */

/* PM1a control registers of QEMU's machine types (q35, pc), and the value that means soft off
 * there. */
#define PORT_PM1_Q35 0x604
#define PORT_PM1_PC  0xb004
#define PM1_SOFT_OFF 0x2000

uint32_t platform_stopping;

void arch_debug_exit(uint8_t code) { port_out8(PORT_DEBUG_EXIT, code); }

static void settle(void)
{
	for (uint32_t i = 0; i < SETTLE_READS; i++) port_in8(0x80);
}

static _Noreturn void triple_fault(void)
{
	struct table_pointer none = {0, 0};

	__asm__ volatile("lidt %0; int3" : : "m"(none));
	cpu_halt_forever();
}

_Noreturn void arch_reset(void)
{
	interrupts_disable();
	for (uint32_t i = 0; i < POLL_MAX && port_in8(PORT_KBD_STATUS) & KBD_INPUT_FULL; i++) cpu_relax();
	port_out8(PORT_KBD_STATUS, KBD_PULSE_RESET);
	settle();
	port_out8(PORT_RESET, RESET_HARD);
	settle();
	triple_fault();
}

_Noreturn void arch_power_off(void)
{
	interrupts_disable();
	port_out16(PORT_PM1_Q35, PM1_SOFT_OFF);
	port_out16(PORT_PM1_PC, PM1_SOFT_OFF);
	cpu_halt_forever();
}

_Noreturn void arch_panic_stop(void)
{
	interrupts_disable();
	/* The first to come stops the rest; a second CPU, or a panic inside of this, just halts. */
	if (__atomic_exchange_n(&platform_stopping, 1, __ATOMIC_ACQ_REL) == 0) {
		lapic_send_ipi_others(VECTOR_HALT);
		settle();
		lapic_send_nmi_others();
		trace_dump();
		arch_debug_exit(PLATFORM_EXIT_PANIC);
	}
	cpu_halt_forever();
}
