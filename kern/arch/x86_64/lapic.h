/* SPDX-License-Identifier: 0BSD */
/* lapic.h: the local APIC: acknowledging interrupts, one-shot timer, interprocessor interrupts.
 *
 * x2APIC (MSRs) where the CPU has it, else xAPIC (MMIO through the device window).  The timer is
 * one-shot: TSC-deadline where present, else the down counter, scaled from TSC by a multiplication.
 * Nothing here waits without a bound.  All functions act on the calling CPU, with interrupts off.
 * Source: Intel SDM vol.3 chapter 10 (10.4.3 enabling, 10.5.1 LVT, 10.5.4 timer, 10.6 IPI, 10.8
 * EOI, 10.12 x2APIC).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Chooses x2APIC or xAPIC, maps the registers, enables this CPU's APIC. Bootstrap CPU, after
 * paging_init(). */
void lapic_init(void);

/* Enables the APIC of an application processor, like the bootstrap CPU's. */
void lapic_init_cpu(void);

/* APIC id of the calling CPU, as hardware knows it. */
uint32_t lapic_id(void);

/* Physical page of the xAPIC registers (they exist in x2APIC mode too): never handed to user level.
 */
uint64_t lapic_phys(void);

/*
 * Ends the interrupt in service with the highest priority.  Once for each interrupt taken, but
 * never for VECTOR_SPURIOUS, nor for VECTOR_LEGACY_* (see pic.h), nor for NMI and exceptions.
 */
void lapic_eoi(void);

/*
 * Arms the timer to raise VECTOR_TIMER when the TSC reaches tsc_deadline; replaces an earlier
 * deadline. A deadline in the past fires at once.  May fire early (the counter is 32 bits wide, and
 * its clock is not the TSC): the handler compares and arms again.  Never fires later than the
 * clock's error. UINT64_MAX disarms.  An interrupt that is already pending still comes.
 */
void lapic_timer_set_tsc(uint64_t tsc_deadline);

/* For clock.c, which measures the timer against the TSC; the bootstrap CPU's rate is every CPU's.
 */
bool lapic_timer_needs_rate(void); /* false with TSC-deadline */
void lapic_timer_free_run(void);   /* masked, counts down from 2^32 - 1 */
uint32_t lapic_timer_count(void);
void lapic_timer_set_rate(uint64_t ticks_per_sec, uint64_t tsc_per_sec); /* both > 0 */

/* Lets the timer of this CPU interrupt; disarmed. Rate known, or not needed. */
void lapic_timer_enable(void);

/*
 * Sends a fixed interrupt to one CPU.  Waits (bounded) until an earlier one has left this APIC.
 * Sending to oneself is allowed; to a CPU that is absent does nothing.
 */
void lapic_send_ipi(uint32_t apic_id, uint8_t vector);

/* Sends to all CPUs but the caller. Those that have not been started ignore it. */
void lapic_send_ipi_others(uint8_t vector);

/* Sends NMI to all others (for a CPU that must be stopped with its interrupts off). */
void lapic_send_nmi_others(void);

/* Start-up sequence of an AP (Intel SDM vol.3 8.4.4.1); the caller keeps the delays. */
void lapic_send_init(uint32_t apic_id);
void lapic_send_startup(uint32_t apic_id, uint8_t page_number);

/* For the handler of VECTOR_APIC_ERROR: reads and clears the error status register (10.5.3). */
uint32_t lapic_error_take(void);
