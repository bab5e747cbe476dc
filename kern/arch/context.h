/* SPDX-License-Identifier: 0BSD */
/* context.h: context switching of the architecture that is built. */
#pragma once

#include "arch/x86_64/context.h"
