/* SPDX-License-Identifier: 0BSD */
/* pic.h: the two legacy 8259 interrupt controllers: moved out of the way of the exceptions, and masked.
 *
 * Even masked, a 8259 can raise its spurious vectors (VECTOR_LEGACY_FIRST + 7 and + 15).
 * Source: Intel 8259A data sheet, ICW1..ICW4.
 */
#pragma once

#include <stdint.h>

/* Remaps to VECTOR_LEGACY_FIRST and masks all lines; harmless where no 8259 exists. */
void pic_disable(void);
