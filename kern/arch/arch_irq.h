/* SPDX-License-Identifier: 0BSD */
/* arch_irq.h: the interrupt controllers of the architecture that is built. */
#pragma once

#include "arch/x86_64/arch_irq.h"
