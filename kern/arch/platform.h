/* SPDX-License-Identifier: 0BSD */
/* platform.h: how the machine that is built ends. */
#pragma once

#include "arch/x86_64/platform.h"
