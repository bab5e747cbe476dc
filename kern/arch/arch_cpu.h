/* SPDX-License-Identifier: 0BSD */
/* arch_cpu.h: the per-CPU structure of the architecture that is built. */
#ifndef KERN_ARCH_ARCH_CPU_H
#define KERN_ARCH_ARCH_CPU_H

#include "arch/x86_64/arch_cpu.h"

#endif
