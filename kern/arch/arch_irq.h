/* SPDX-License-Identifier: 0BSD */
/* arch_irq.h: the interrupt controllers of the architecture that is built. */
#ifndef KERN_ARCH_ARCH_IRQ_H
#define KERN_ARCH_ARCH_IRQ_H

#include "arch/x86_64/arch_irq.h"

#endif
