/* SPDX-License-Identifier: 0BSD */
/* arch_time.h: the clock and the one-shot timer of the architecture that is built. */
#ifndef KERN_ARCH_ARCH_TIME_H
#define KERN_ARCH_ARCH_TIME_H

#include "arch/x86_64/arch_time.h"

#endif
