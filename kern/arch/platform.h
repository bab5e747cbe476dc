/* SPDX-License-Identifier: 0BSD */
/* platform.h: how the machine that is built ends. */
#ifndef KERN_ARCH_PLATFORM_H
#define KERN_ARCH_PLATFORM_H

#include "arch/x86_64/platform.h"

#endif
