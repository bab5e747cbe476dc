/* SPDX-License-Identifier: 0BSD */
/* regs.h: the registers of the architecture that is built. */
#ifndef KERN_ARCH_REGS_H
#define KERN_ARCH_REGS_H

#include "arch/x86_64/regs.h"

#endif
