/* SPDX-License-Identifier: 0BSD */
/* layout.h: the address map of the architecture that is built. */
#ifndef KERN_ARCH_LAYOUT_H
#define KERN_ARCH_LAYOUT_H

#include "arch/x86_64/layout.h"

#endif
