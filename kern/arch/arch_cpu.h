/* SPDX-License-Identifier: 0BSD */
/* arch_cpu.h: the per-CPU structure of the architecture that is built. */
#pragma once

#include "arch/x86_64/arch_cpu.h"
