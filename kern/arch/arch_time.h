/* SPDX-License-Identifier: 0BSD */
/* arch_time.h: the clock and the one-shot timer of the architecture that is built. */
#pragma once

#include "arch/x86_64/arch_time.h"
