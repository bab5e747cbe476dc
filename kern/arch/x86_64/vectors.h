/* SPDX-License-Identifier: 0BSD */
/* vectors.h: who owns which interrupt vector.
 *
 * 0..31 are the CPU's exceptions.  The legacy PICs are remapped to 32..47 and masked, so what
 * arrives there is spurious and needs no EOI to a local APIC.  The higher the vector, the higher
 * its priority in the local APIC (Intel SDM vol.3 10.8.3).  Usable from assembler.
 */
#pragma once

#define VECTOR_NMI	     2
#define VECTOR_DOUBLE_FAULT  8
#define VECTOR_MACHINE_CHECK 18

#define VECTOR_LEGACY_FIRST  32 /* master PIC 32..39, slave PIC 40..47 */
#define VECTOR_LEGACY_END    48
#define VECTOR_DEVICE_FIRST  48 /* device interrupts: I/O APIC and MSI */
#define VECTOR_DEVICE_END    240
#define VECTOR_TIMER	     240
#define VECTOR_RESCHEDULE    241
#define VECTOR_SHOOTDOWN     242
#define VECTOR_HALT	     243 /* sent by a panicking CPU */
#define VECTOR_APIC_ERROR    254
#define VECTOR_SPURIOUS	     255 /* never to be acknowledged with an EOI */
