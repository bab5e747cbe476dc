/* SPDX-License-Identifier: 0BSD */
/* layout.h: the address map of the architecture that is built. */
#pragma once

#include "arch/x86_64/layout.h"
