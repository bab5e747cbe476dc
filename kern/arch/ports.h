/* SPDX-License-Identifier: 0BSD */
/* ports.h: I/O ports of the architecture that is built. */
#ifndef KERN_ARCH_PORTS_H
#define KERN_ARCH_PORTS_H

#include "arch/x86_64/ports.h"

#endif
