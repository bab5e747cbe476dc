/* SPDX-License-Identifier: 0BSD */
/* ports.h: I/O ports of the architecture that is built. */
#pragma once

#include "arch/x86_64/ports.h"
