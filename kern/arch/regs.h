/* SPDX-License-Identifier: 0BSD */
/* regs.h: the registers of the architecture that is built. */
#pragma once

#include "arch/x86_64/regs.h"
