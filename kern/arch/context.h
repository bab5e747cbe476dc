/* SPDX-License-Identifier: 0BSD */
/* context.h: context switching of the architecture that is built. */
#ifndef KERN_ARCH_CONTEXT_H
#define KERN_ARCH_CONTEXT_H

#include "arch/x86_64/context.h"

#endif
